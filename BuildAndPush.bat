@echo off
rem Builds the image and pushes it; see: npx biot-plugin build-and-push --help
setlocal
if not exist "%~dp0node_modules\.bin\biot-plugin.cmd" (echo Run npm ci first. 1>&2 & exit /b 2)
set "PATH=%~dp0node_modules\node\bin;%PATH%"
node "%~dp0cli\biot-plugin.mjs" build-and-push %*
exit /b %ERRORLEVEL%
