# One finding for each instruction.
# expect: sudo-used@4:5 medium | Calls sudo
FROM example.com/base:1
RUN sudo apt-get update && sudo apt-get install -y nginx
