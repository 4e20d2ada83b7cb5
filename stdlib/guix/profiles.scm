;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Manifests, lists of packages to be had together, and profiles: the trees of
;;; such packages made into one.

(define-module (guix profiles)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (manifest
            make-manifest
            manifest?
            manifest-entries
            concatenate-manifests
            map-manifest-entries
            manifest-add

            <manifest-entry>
            manifest-entry
            manifest-entry?
            manifest-entry-name
            manifest-entry-version
            manifest-entry-output
            manifest-entry-item
            manifest-entry-dependencies
            manifest-entry-search-paths
            manifest-entry-parent
            manifest-entry-properties
            package->manifest-entry
            packages->manifest

            <profile>
            profile
            profile?
            profile-name
            profile-content
            profile-hooks
            profile-locales?
            profile-allow-collisions?
            profile-relative-symlinks?
            profile-format-version
            %default-profile-hooks
            %manifest-format-version))

;;;
;;; Manifests.
;;;

(define-record-type* <manifest-entry> manifest-entry make-manifest-entry
  manifest-entry?
  (name         manifest-entry-name)              ;string
  (version      manifest-entry-version)           ;string
  (output       manifest-entry-output             ;string
                (default "out"))
  (item         manifest-entry-item)              ;package | file-like
  (dependencies manifest-entry-dependencies       ;list of <manifest-entry>
                (default '()))
  (search-paths manifest-entry-search-paths
                (default '()))
  (parent       manifest-entry-parent             ;promise
                (default (delay #f)))
  (properties   manifest-entry-properties         ;alist
                (default '())))

(define-record-type* <manifest> %manifest make-manifest
  manifest?
  (entries manifest-entries))                     ;list of <manifest-entry>

(define (manifest entries)
  "Return the manifest of ENTRIES."
  (make-manifest entries))

(define (concatenate-manifests manifests)
  "Return one manifest with the entries of all MANIFESTS."
  (manifest (append-map manifest-entries manifests)))

(define (map-manifest-entries proc manifest)
  "Return the manifest of what PROC makes of the entries of MANIFEST."
  (make-manifest (map proc (manifest-entries manifest))))

(define (manifest-add manifest entries)
  "Return MANIFEST with ENTRIES, each in place of the one of its name and output."
  (define (replaced? entry)
    (any (lambda (new)
           (and (string=? (manifest-entry-name new) (manifest-entry-name entry))
                (string=? (manifest-entry-output new)
                          (manifest-entry-output entry))))
         entries))

  (make-manifest (append entries
                         (remove replaced? (manifest-entries manifest)))))

(define* (package->manifest-entry package #:optional (output "out")
                                  #:key (properties '()))
  "Return the entry of OUTPUT of PACKAGE, and with it what it propagates."
  (let ((output* output)
        (properties* properties))
    (manifest-entry
     (name (package-name package))
     (version (package-version package))
     (output output*)
     (item package)
     (dependencies
      (filter-map (match-lambda
                    ((label (? package? dependency) . outputs)
                     (apply package->manifest-entry dependency outputs))
                    (_ #f))
                  (package-transitive-propagated-inputs package)))
     (search-paths (package-native-search-paths package))
     (properties properties*))))

(define (packages->manifest packages)
  "Return the manifest of PACKAGES: each a package, a list of a package and the
name of an output, or an entry."
  (manifest (map (match-lambda
                   ((? manifest-entry? entry) entry)
                   (((? package? package) (? string? output))
                    (package->manifest-entry package output))
                   ((? package? package) (package->manifest-entry package)))
                 packages)))


;;;
;;; Profiles.
;;;

;; What is generated for all packages of a profile, such as an index of fonts,
;; is made where the packages are made.
(define %default-profile-hooks '())

(define %manifest-format-version 4)

(define-record-type* <profile> profile make-profile
  profile?
  (name               profile-name (default "profile"))
  (content            profile-content)            ;<manifest>
  (hooks              profile-hooks               ;manifest -> file-like
                      (default %default-profile-hooks))
  (locales?           profile-locales? (default #t))
  (allow-collisions?  profile-allow-collisions? (default #f))
  (relative-symlinks? profile-relative-symlinks? (default #f))
  (format-version     profile-format-version
                      (default %manifest-format-version)))

(define (entry-items entry)
  (cons (manifest-entry-item entry)
        (append-map entry-items (manifest-entry-dependencies entry))))

(define-gexp-compiler (profile-compiler (profile <profile>) system target)
  (let ((manifest (profile-content profile)))
    (directory-union (profile-name profile)
                     (append (delete-duplicates
                              (append-map entry-items
                                          (manifest-entries manifest)))
                             (map (lambda (hook) (hook manifest))
                                  (profile-hooks profile))))))
