#!/bin/sh
':' /* The shell reads this part, Node what follows. It starts Node from the snapshot that prepare.js has made for this Node on this processor.
_py_stack=--stack-size=3900
_py_file=$0
[ -L "$_py_file" ] && _py_file=$(readlink -f "$_py_file")
_py_folder=${_py_file%/*}
[ "$_py_folder" = "$_py_file" ] && _py_folder=.
_py_snapshot=$_py_folder/../dist/py.snapshot
unset _PY_DESCRIPTORS
for _py_fd in /dev/fd/*; do
  _py_fd=${_py_fd#/dev/fd/}
  case $_py_fd in
    [012] | \*) continue ;;
    [3-9]) [ -e "/dev/fd/$_py_fd" ] || continue ;;
    *)
      # The shell's own: this file, and what closes when it becomes another program (O_CLOEXEC).
      [ "/dev/fd/$_py_fd" -ef "$0" ] && continue
      _py_rest=2000000
      while read -r _py_key _py_rest; do
        [ "$_py_key" = flags: ] && break
      done 2> /dev/null < "/proc/self/fdinfo/$_py_fd"
      case ${_py_rest:-2000000} in *[2367]??????) continue ;; esac
      ;;
  esac
  export _PY_DESCRIPTORS="$_PY_DESCRIPTORS $_py_fd"
done
if [ -z "$NODE_OPTIONS" ] && [ -r "$_py_snapshot.for" ]; then
  { read -r _py_node; read -r _py_processor; read -r _py_flags; } < "$_py_snapshot.for"
  if ! [ "$_py_node" -nt "$_py_snapshot.for" ] && ! [ "$_py_node" -ot "$_py_snapshot.for" ] && [ -x "$_py_node" ]; then
    while read -r _py_key _py_rest; do
      case $_py_key in flags | Features) break ;; esac
    done 2> /dev/null < /proc/cpuinfo
    if [ "$_py_rest" = "$_py_processor" ]; then
      # With the modules that most programs import, where this one imports something that is not there anyway.
      _py_importing=yes
      case $1 in
        -[Vh]* | --*) _py_importing= ;;
        -c) case $2 in *import*) ;; *) _py_importing= ;; esac ;;
        *.py)
          _py_lines=50
          while [ $_py_lines -gt 0 ] && { read -r _py_key _py_rest || { _py_importing=; false; }; }; do
            case $_py_key in
              from) break ;;
              import) case $_py_rest in sys | os | time) ;; *) break ;; esac ;;
            esac
            _py_lines=$((_py_lines - 1))
          done 2> /dev/null < "$1"
          ;;
      esac
      exec "$_py_node" $_py_flags --snapshot-blob "${_py_snapshot%.*}${_py_importing:+-importing}.snapshot" "$0" "$@"
    fi
  fi
fi
exec node $_py_stack "$0" "$@"
*/
require('./load.js').load('py');
