FROM debian:12
# the configuration
ADD --chown=app:app app.conf /etc/app.conf
ADD src/ \
    # and this
    lib/ /app/
add a.txt /
