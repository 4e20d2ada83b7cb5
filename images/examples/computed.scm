;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A disk without an operating system: its partitions are filled by build-side
;;; code alone.  The first is for firmware, the second holds a site that is
;;; made of a list of pages.
;;;
;;;   tintype image -o computed.img images/examples/computed.scm

(use-modules (gnu)
             (gnu image)
             (gnu system image)
             (guix gexp)
             (ice-9 match))

(define MiB (expt 2 20))

(define pages
  '(("index" "A tintype is a photograph on metal.")
    ("about" "It is struck straight onto the plate.")))

;; A directory with a file for each page.  What is computed here, PAGES, is
;; inserted into the code with #$; the code runs when the image is made.
(define site
  (computed-file "site"
    #~(begin
        (use-modules (guix build utils)
                     (ice-9 match))
        (mkdir-p #$output)
        (for-each (match-lambda
                    ((name text)
                     (call-with-output-file
                         (string-append #$output "/" name ".html")
                       (lambda (port)
                         (format port "<title>~a</title><p>~a</p>~%"
                                 name text)))))
                  '#$pages))))

(define menu
  (mixed-text-file "menu.cfg"
                   "timeout 5\n"
                   "# the site was made at " site "\n"))

(define firmware-partition
  (partition
   (label "FIRMWARE")
   (size (* 40 MiB))
   (offset root-offset)
   (file-system "vfat")
   (flags '(esp))
   (initializer
    #~(lambda* (root #:key #:allow-other-keys)
        (mkdir-p (string-append root "/EFI/BOOT"))
        (copy-file #$menu (string-append root "/EFI/BOOT/menu.cfg"))))))

(define site-partition
  (partition
   (label "site")
   (size 'guess)
   (file-system "ext4")
   (flags '(boot))
   (initializer
    #~(lambda* (root #:key #:allow-other-keys)
        (define www (string-append root "/srv/www"))
        (copy-recursively #$site www)
        (substitute* (find-files www "\\.html$")
          (("<p>") "<p class=\"plate\">"))
        (chown www 33 33)
        (chmod www #o2755)))))

(image
 (format 'disk-image)
 (operating-system #f)
 (partition-table-type 'gpt)
 (partitions (list firmware-partition site-partition)))
