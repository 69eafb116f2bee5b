printf '%s\n' "跳舞中..." "唱歌中..." |
    xargs -P 2 -I LINE sh -c 'for i in 1 2 3 4 5; do echo "LINE"; sleep 0.2; done'
