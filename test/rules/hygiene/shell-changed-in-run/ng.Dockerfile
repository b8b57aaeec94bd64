# expect: shell-changed-in-run@4:5 low | ln
# expect: shell-changed-in-run@5 | mv
FROM debian:12
RUN ln -sfv /bin/bash /bin/sh
RUN true && mv /bin/bash /bin/sh
