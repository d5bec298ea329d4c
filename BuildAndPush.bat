@echo off
rem Builds the image and pushes it; see: npx biot-plugin build-and-push --help
setlocal
if not exist "%~dp0node_modules\.bin\biot-plugin.cmd" (echo Run npm ci first. 1>&2 & exit /b 2)
set "PATH=%~dp0node_modules\.bin;%PATH%"
call biot-plugin build-and-push %*
exit /b %ERRORLEVEL%
