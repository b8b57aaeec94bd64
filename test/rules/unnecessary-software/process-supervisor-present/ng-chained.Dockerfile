# expect: process-supervisor-present@3 medium confidence=medium | php-fpm
FROM example.com/base:1
CMD php-fpm & nginx -g 'daemon off;'
