@echo off
rem Logs docker in to the plugins' repository; see: npx biot-plugin login --help
setlocal
if not exist "%~dp0node_modules\.bin\biot-plugin.cmd" (echo Run npm ci first. 1>&2 & exit /b 2)
set "PATH=%~dp0node_modules\node\bin;%PATH%"
node "%~dp0cli\biot-plugin.mjs" login %*
exit /b %ERRORLEVEL%
