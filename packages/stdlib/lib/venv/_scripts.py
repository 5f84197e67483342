"""The scripts of a virtual environment's bin folder, by name. Names in double underscores are replaced (EnvBuilder.replace_variables)."""

scripts = {}

scripts["activate"] = """\
# For a POSIX shell: `. bin/activate` uses this environment, `deactivate` ends that.

deactivate () {
    if [ -n "${_OLD_VIRTUAL_PATH:-}" ] ; then
        PATH="$_OLD_VIRTUAL_PATH"
        export PATH
    fi
    if [ -n "${_OLD_VIRTUAL_PS1+set}" ] ; then
        PS1="$_OLD_VIRTUAL_PS1"
    fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME:-}" ] ; then
        PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"
        export PYTHONHOME
    fi
    unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PYTHONHOME VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    hash -r 2> /dev/null
    if [ "${1:-}" != nondestructive ] ; then
        unset -f deactivate
    fi
}

deactivate nondestructive

VIRTUAL_ENV='__VENV_DIR__'
VIRTUAL_ENV_PROMPT='__VENV_PROMPT__'
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT
_OLD_VIRTUAL_PATH="$PATH"
PATH="$VIRTUAL_ENV/__VENV_BIN_NAME__:$PATH"
export PATH
if [ -n "${PYTHONHOME:-}" ] ; then
    _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"
    unset PYTHONHOME
fi
if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT:-}" ] ; then
    _OLD_VIRTUAL_PS1="${PS1:-}"
    PS1="$VIRTUAL_ENV_PROMPT${PS1:-}"
fi
hash -r 2> /dev/null
"""

scripts["activate.csh"] = """\
# For csh and tcsh: `source bin/activate.csh` uses this environment, `deactivate` ends that.

alias deactivate 'if ($?_OLD_VIRTUAL_PATH) setenv PATH "$_OLD_VIRTUAL_PATH"; unset _OLD_VIRTUAL_PATH; if ($?_OLD_VIRTUAL_PROMPT) set prompt="$_OLD_VIRTUAL_PROMPT"; unset _OLD_VIRTUAL_PROMPT; rehash; unsetenv VIRTUAL_ENV VIRTUAL_ENV_PROMPT; if ("\\!:*" != "nondestructive") unalias deactivate'

deactivate nondestructive

setenv VIRTUAL_ENV "__VENV_DIR__"
setenv VIRTUAL_ENV_PROMPT "__VENV_PROMPT__"
set _OLD_VIRTUAL_PATH="$PATH"
setenv PATH "$VIRTUAL_ENV/__VENV_BIN_NAME__:$PATH"
if (! $?VIRTUAL_ENV_DISABLE_PROMPT && $?prompt) then
    set _OLD_VIRTUAL_PROMPT="$prompt"
    set prompt="__VENV_PROMPT__$prompt"
endif
rehash
"""

scripts["activate.fish"] = """\
# For fish: `source bin/activate.fish` uses this environment, `deactivate` ends that.

function deactivate -d "Stop using the virtual environment"
    if set -q _OLD_VIRTUAL_PATH
        set -gx PATH $_OLD_VIRTUAL_PATH
    end
    if set -q _OLD_VIRTUAL_PYTHONHOME
        set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
    end
    if functions -q _old_fish_prompt
        functions -e fish_prompt
        functions -c _old_fish_prompt fish_prompt
        functions -e _old_fish_prompt
    end
    set -e _OLD_VIRTUAL_PATH
    set -e _OLD_VIRTUAL_PYTHONHOME
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != nondestructive
        functions -e deactivate
    end
end

deactivate nondestructive

set -gx VIRTUAL_ENV "__VENV_DIR__"
set -gx VIRTUAL_ENV_PROMPT "__VENV_PROMPT__"
set -gx _OLD_VIRTUAL_PATH $PATH
set -gx PATH "$VIRTUAL_ENV/__VENV_BIN_NAME__" $PATH
if set -q PYTHONHOME
    set -gx _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end
if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"
    functions -c fish_prompt _old_fish_prompt
    function fish_prompt
        set -l last $status
        printf '%s' "$VIRTUAL_ENV_PROMPT"
        # What the prompt shows of the last command must be its status.
        echo "exit $last" | source
        _old_fish_prompt
    end
end
"""

scripts["Activate.ps1"] = """\
# For PowerShell: `. bin/Activate.ps1` uses this environment, `deactivate` ends that.
param([string] $VenvDir = (Split-Path -Parent $PSScriptRoot), [string] $Prompt = '__VENV_PROMPT__')

function global:deactivate ([switch] $NonDestructive) {
    if (Test-Path -Path Env:_OLD_VIRTUAL_PATH) {
        $env:PATH = $env:_OLD_VIRTUAL_PATH
        Remove-Item -Path Env:_OLD_VIRTUAL_PATH
    }
    if (Test-Path -Path Env:_OLD_VIRTUAL_PYTHONHOME) {
        $env:PYTHONHOME = $env:_OLD_VIRTUAL_PYTHONHOME
        Remove-Item -Path Env:_OLD_VIRTUAL_PYTHONHOME
    }
    if (Test-Path -Path Function:_OLD_VIRTUAL_PROMPT) {
        Copy-Item -Path Function:_OLD_VIRTUAL_PROMPT -Destination Function:prompt
        Remove-Item -Path Function:_OLD_VIRTUAL_PROMPT
    }
    foreach ($name in 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT') {
        if (Test-Path -Path "Env:$name") { Remove-Item -Path "Env:$name" }
    }
    if (-not $NonDestructive) { Remove-Item -Path Function:deactivate }
}

deactivate -NonDestructive

$env:VIRTUAL_ENV = $VenvDir
$env:VIRTUAL_ENV_PROMPT = $Prompt
$env:_OLD_VIRTUAL_PATH = $env:PATH
$env:PATH = (Join-Path $VenvDir '__VENV_BIN_NAME__') + [System.IO.Path]::PathSeparator + $env:PATH
if (Test-Path -Path Env:PYTHONHOME) {
    $env:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
    Remove-Item -Path Env:PYTHONHOME
}
if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
    function global:_OLD_VIRTUAL_PROMPT { '' }
    Copy-Item -Path Function:prompt -Destination Function:_OLD_VIRTUAL_PROMPT
    function global:prompt {
        Write-Host -NoNewline -ForegroundColor Green $env:VIRTUAL_ENV_PROMPT
        _OLD_VIRTUAL_PROMPT
    }
}
"""
