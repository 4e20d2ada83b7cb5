;; File names and command lines.
(use-modules (srfi srfi-1) (srfi srfi-13))

(define words (string-tokenize "root=/dev/sda1 quiet console=ttyS0,115200 modprobe.blacklist=usbmouse,usbkbd"))

(define options
  (map (lambda (word)
         (let ((equals (string-index word #\=)))
           (if equals
               (cons (string-take word equals) (string-split (string-drop word (+ equals 1)) #\,))
               (list word))))
       words))

(for-each (lambda (option) (write option) (newline)) options)
(display (string-join (append-map cdr options) ":"))
(newline)
