#!/bin/sh
df -h > /var/log/report
