# expect: kernel-present@3 high | linux-image-amd64, grub-pc
FROM debian:13
RUN apt-get install -y linux-image-amd64 grub-pc
