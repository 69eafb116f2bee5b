proc dance {} {
    for {set i 0} {$i < 5} {incr i} {
        puts "跳舞中..."
        after 200
    }
}

proc sing {} {
    for {set i 0} {$i < 5} {incr i} {
        puts "唱歌中..."
        after 200
    }
}

proc start {task} {
    open [list | [info nameofexecutable] [info script] $task >@ stdout] w
}

if {[llength $argv]} {
    [lindex $argv 0]
    exit
}
set dance [start dance]
set sing [start sing]
close $dance
close $sing
