FROM debian:12
RUN sudo apt-get update && sudo -E apt-get install -y git && echo a | sudo tee /etc/a
