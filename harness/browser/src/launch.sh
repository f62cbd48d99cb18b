# Starts the browser in namespaces of its own, and removes its folder when it has ended.
# Its commands come by the standard input of this script, its answers go to the standard output: for Chromium these are 3 and 4.
# When the harness ends, however it does, the input ends; then Chromium ends, with it its PID namespace, and this script.
folder=$1
shift
exec 3<&0 4>&1 </dev/null >/dev/null
for way in \
  '--user --map-root-user --net --pid --fork --kill-child --mount-proc' \
  '--user --map-root-user --net' \
  '--net --pid --fork --kill-child --mount-proc'
do
  # The words of a way are options, so they are not quoted.
  unshare $way true && break
  way=
done
if [ -z "$way" ]; then
  rm -rf -- "$folder"
  exit 97
fi
unshare $way -- "$@" &
browser=$!
exec 3<&- 4>&-
trap 'kill -9 "$browser"' TERM
wait "$browser"
code=$?
# The trap ends the first wait; this one is for the browser.
wait
# What ends last may write once more.
rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
exit $code
