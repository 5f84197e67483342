#!/bin/sh
':' /* The shell reads this part, Node what follows. It starts Node from the snapshot that prepare.js has made for this Node on this processor.
flags='--stack-size=3900 --max-optimized-bytecode-size=10000 --interrupt-budget=300000 --no-rehash-snapshot'
file=$0
[ -L "$file" ] && file=$(readlink -f "$file")
folder=${file%/*}
[ "$folder" = "$file" ] && folder=.
snapshot=$folder/../dist/py.snapshot
if [ -z "$NODE_OPTIONS" ] && [ -r "$snapshot.for" ]; then
  { read -r node; read -r processor; } < "$snapshot.for"
  if ! [ "$node" -nt "$snapshot.for" ] && ! [ "$node" -ot "$snapshot.for" ] && [ -x "$node" ]; then
    while read -r key rest; do
      case $key in flags | Features) break ;; esac
    done 2> /dev/null < /proc/cpuinfo
    [ "$rest" = "$processor" ] && exec "$node" $flags --snapshot-blob "$snapshot" "$0" "$@"
  fi
fi
exec node $flags "$0" "$@"
*/
require('./load.js').load('py');
