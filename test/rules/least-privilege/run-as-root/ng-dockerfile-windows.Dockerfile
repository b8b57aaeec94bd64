# expect: run-as-root@2 high | ContainerAdministrator
FROM mcr.microsoft.com/windows/servercore:ltsc2025
CMD ["app.exe"]
