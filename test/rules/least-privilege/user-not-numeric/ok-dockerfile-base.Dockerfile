# The name that a base sets is not this file's to change.
FROM jenkins/jenkins:2.528.1-lts-jdk21
COPY plugins.txt /usr/share/jenkins/
