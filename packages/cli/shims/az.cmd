@echo off
rem The program az in front of Runstead: see the file az beside this one.
set RUNSTEAD_AZ_SHIM=1
node "%~dp0..\src\runstead.mjs" az %*
