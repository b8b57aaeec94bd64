# expect: curl-pipe-shell@4 high | iex
FROM mcr.microsoft.com/windows/servercore:ltsc2025
SHELL ["powershell", "-Command"]
RUN irm https://example.com/install.ps1 | iex
