FROM debian:12 AS base
RUN set -eux; set -o pipefail; curl https://example.com/a | tar xz
RUN echo "$SUM file" | sha256sum -c -
RUN yes | sdkmanager --licenses
RUN bash -o pipefail -c 'curl https://example.com/a | sh'
RUN if curl https://example.com/a | grep -q x; then true; fi
RUN dpkg -l | grep x && ls /x | grep y || true
RUN echo "a | b" && true || false
RUN echo "$(gcc --version | head -1)" && export V="$(a | b)"
RUN ["/bin/bash", "-eo", "pipefail", "-c", "curl https://example.com/a | sh"]
RUN <<EOF bash -euo pipefail
curl https://example.com/a | sh
EOF
FROM base
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN curl https://example.com/a | tar xz
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN Get-Item x | Remove-Item
