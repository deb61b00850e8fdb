<?php
error_log('asked for ' . $_SERVER['REQUEST_URI']);
echo 'hello from ', php_sapi_name(), "\n";
