@echo off
rem The program az in front of Runstead: see the file az beside this one.
setlocal
set RUNSTEAD_AZ_SHIM=1
set "NODE=%~dp0..\..\..\node_modules\.bin\node.cmd"
if not exist "%NODE%" set "NODE=node"
call "%NODE%" "%~dp0..\src\runstead.mjs" az %*
