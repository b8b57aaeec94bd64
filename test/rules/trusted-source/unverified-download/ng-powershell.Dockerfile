# expect: unverified-download@4 medium
FROM mcr.microsoft.com/windows/servercore:ltsc2025
SHELL ["powershell", "-Command"]
RUN Invoke-WebRequest -Uri https://example.com/a.msi -OutFile a.msi
