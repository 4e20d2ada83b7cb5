;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Licenses of packages: their names, and where their texts are.

(define-module (guix licenses)
  #:use-module (srfi srfi-9)
  #:export (license?
            license-name
            license-uri
            license-comment
            non-copyleft
            x11-style
            fsf-free
            fsdg-compatible

            afl2.1
            agpl1
            agpl3
            agpl3+
            apsl2
            arphic-1999
            artistic2.0
            asl1.1
            asl2.0
            blue-oak1.0.0
            boost1.0
            bsd-0
            bsd-1
            bsd-2
            bsd-3
            bsd-4
            cc-by-sa2.0
            cc-by-sa3.0
            cc-by-sa4.0
            cc-by2.0
            cc-by3.0
            cc-by4.0
            cc0
            cddl1.0
            cddl1.1
            cecill
            cecill-b
            cecill-c
            clarified-artistic
            copyleft-next
            cpl1.0
            cua-opl1.0
            edl1.0
            epl1.0
            epl2.0
            eupl1.1
            eupl1.2
            expat
            expat-0
            fdl1.1+
            fdl1.2+
            fdl1.3+
            freebsd-doc
            freetype
            gfl1.0
            giftware
            gpl1
            gpl1+
            gpl2
            gpl2+
            gpl3
            gpl3+
            hpnd
            ibmpl1.0
            ijg
            imlib2
            ipa
            isc
            knuth
            lal1.3
            lgpl2.0
            lgpl2.0+
            lgpl2.1
            lgpl2.1+
            lgpl3
            lgpl3+
            llgpl
            lpl1.02
            lppl
            lppl1.0+
            lppl1.1+
            lppl1.2
            lppl1.2+
            lppl1.3
            lppl1.3+
            lppl1.3a
            lppl1.3a+
            lppl1.3b
            lppl1.3b+
            lppl1.3c
            lppl1.3c+
            miros
            mpl1.0
            mpl1.1
            mpl2.0
            ms-pl
            ncsa
            nmap
            ogl-psi1.0
            ohl2-p
            ohl2-s
            ohl2-w
            openldap2.8
            openssl
            opl1.0+
            osl2.1
            perl-license
            psfl
            public-domain
            qpl
            qwt1.0
            repoze
            ruby
            sgifreeb2.0
            silofl1.0
            silofl1.1
            sleepycat
            tcl/tk
            unicode
            unlicense
            vim
            w3c
            wtfpl2
            wxwindows3.1+
            x11
            zlib
            zpl2.1))

(define-record-type <license>
  (license name uri comment)
  license?
  (name    license-name)
  (uri     license-uri)
  (comment license-comment))

(define-syntax-rule (define-license variable name uri)
  (define variable (license name uri #f)))

;; Licenses of many texts: each is known by where its text is.
(define-syntax-rule (define-family family name)
  (define* (family uri #:optional (comment ""))
    (license name uri comment)))

(define-family non-copyleft "non-copyleft")
(define-family x11-style "X11-style")
(define-family fsf-free "FSF-free")
(define-family fsdg-compatible "FSDG-compatible")

(define perl-license
  ;; Perl may also be had under the Artistic License.
  gpl1+)

(define-license afl2.1 "AFL 2.1"
  "https://spdx.org/licenses/AFL-2.1.html")
(define-license agpl1 "AGPL 1"
  "https://gnu.org/licenses/agpl.html")
(define-license agpl3 "AGPL 3"
  "https://gnu.org/licenses/agpl.html")
(define-license agpl3+ "AGPL 3+"
  "https://gnu.org/licenses/agpl.html")
(define-license apsl2 "APSL 2.0"
  "https://directory.fsf.org/wiki/License:APSL-2.0")
(define-license arphic-1999 "Arphic Public License"
  "https://directory.fsf.org/wiki/License:Arphic-PL")
(define-license artistic2.0 "Artistic License 2.0"
  "http://www.perlfoundation.org/artistic_license_2_0")
(define-license asl1.1 "ASL 1.1"
  "http://directory.fsf.org/wiki/License:Apache1.1")
(define-license asl2.0 "ASL 2.0"
  "http://directory.fsf.org/wiki/License:Apache2.0")
(define-license blue-oak1.0.0 "BlueOak-1.0.0"
  "https://blueoakcouncil.org/license/1.0.0")
(define-license boost1.0 "Boost 1.0"
  "http://directory.fsf.org/wiki/License:Boost1.0")
(define-license bsd-0 "Zero-Clause BSD"
  "https://spdx.org/licenses/0BSD.html")
(define-license bsd-1 "BSD 1-Clause"
  "https://spdx.org/licenses/BSD-1-Clause.html")
(define-license bsd-2 "FreeBSD"
  "http://directory.fsf.org/wiki/License:FreeBSD")
(define-license bsd-3 "Modified BSD"
  "http://directory.fsf.org/wiki/License:BSD_3Clause")
(define-license bsd-4 "Original BSD"
  "http://directory.fsf.org/wiki/License:BSD_4Clause")
(define-license cc-by-sa2.0 "CC-BY-SA 2.0"
  "http://creativecommons.org/licenses/by-sa/2.0/")
(define-license cc-by-sa3.0 "CC-BY-SA 3.0"
  "http://creativecommons.org/licenses/by-sa/3.0/")
(define-license cc-by-sa4.0 "CC-BY-SA 4.0"
  "http://creativecommons.org/licenses/by-sa/4.0/")
(define-license cc-by2.0 "CC-BY 2.0"
  "http://creativecommons.org/licenses/by/2.0/")
(define-license cc-by3.0 "CC-BY 3.0"
  "http://creativecommons.org/licenses/by/3.0/")
(define-license cc-by4.0 "CC-BY 4.0"
  "http://creativecommons.org/licenses/by/4.0/")
(define-license cc0 "CC0"
  "http://directory.fsf.org/wiki/License:CC0")
(define-license cddl1.0 "CDDL 1.0"
  "http://directory.fsf.org/wiki/License:CDDLv1.0")
(define-license cddl1.1 "CDDL 1.1"
  "https://oss.oracle.com/licenses/CDDL+GPL-1.1")
(define-license cecill "CeCILL"
  "https://www.cecill.info/licences/Licence_CeCILL_V2.1-en.html")
(define-license cecill-b "CeCILL-B"
  "https://www.cecill.info/licences/Licence_CeCILL-B_V1-en.html")
(define-license cecill-c "CeCILL-C"
  "https://www.cecill.info/licences/Licence_CeCILL-C_V1-en.html")
(define-license clarified-artistic "Clarified Artistic"
  "http://gianluca.dellavedova.org/2011/01/03/clarified-artistic-license/")
(define-license copyleft-next "copyleft-next"
  "https://raw.github.com/richardfontana/copyleft-next/master/Releases/copyleft-next-0.3.0")
(define-license cpl1.0 "CPL 1.0"
  "http://directory.fsf.org/wiki/License:CPLv1.0")
(define-license cua-opl1.0 "CUA Office Public License v1.0"
  "https://spdx.org/licenses/CUA-OPL-1.0.html")
(define-license edl1.0 "EDL 1.0"
  "http://directory.fsf.org/wiki/License:EDLv1.0")
(define-license epl1.0 "EPL 1.0"
  "http://directory.fsf.org/wiki/License:EPLv1.0")
(define-license epl2.0 "EPL 2.0"
  "https://www.eclipse.org/legal/epl-2.0/")
(define-license eupl1.1 "EUPL 1.1"
  "https://directory.fsf.org/wiki/License:EUPL-1.1")
(define-license eupl1.2 "EUPL 1.2"
  "https://directory.fsf.org/wiki/License:EUPL-1.2")
(define-license expat "Expat"
  "http://directory.fsf.org/wiki/License:Expat")
(define-license expat-0 "Expat No Attribution"
  "https://github.com/aws/mit-0")
(define-license fdl1.1+ "FDL 1.1+"
  "https://www.gnu.org/licenses/fdl-1.1")
(define-license fdl1.2+ "FDL 1.2+"
  "https://www.gnu.org/licenses/fdl-1.2")
(define-license fdl1.3+ "FDL 1.3+"
  "https://www.gnu.org/licenses/fdl.html")
(define-license freebsd-doc "FreeBSD Documentation License"
  "https://www.freebsd.org/copyright/freebsd-doc-license.html")
(define-license freetype "Freetype"
  "http://directory.fsf.org/wiki/License:Freetype")
(define-license gfl1.0 "GUST font license 1.0"
  "http://www.gust.org.pl/projects/e-foundry/licenses/GUST-FONT-LICENSE.txt")
(define-license giftware "Giftware"
  "https://liballeg.org/license.html")
(define-license gpl1 "GPL 1"
  "https://www.gnu.org/licenses/old-licenses/gpl-1.0.html")
(define-license gpl1+ "GPL 1+"
  "https://www.gnu.org/licenses/old-licenses/gpl-1.0.html")
(define-license gpl2 "GPL 2"
  "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html")
(define-license gpl2+ "GPL 2+"
  "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html")
(define-license gpl3 "GPL 3"
  "https://www.gnu.org/licenses/gpl.html")
(define-license gpl3+ "GPL 3+"
  "https://www.gnu.org/licenses/gpl.html")
(define-license hpnd "HPND"
  "https://directory.fsf.org/wiki/License:HPND")
(define-license ibmpl1.0 "IBMPL 1.0"
  "http://directory.fsf.org/wiki/License:IBMPLv1.0")
(define-license ijg "IJG"
  "http://directory.fsf.org/wiki/License:JPEG")
(define-license imlib2 "Imlib2"
  "http://directory.fsf.org/wiki/License:Imlib2")
(define-license ipa "IPA Font License"
  "http://directory.fsf.org/wiki/License:IPA_Font_License")
(define-license isc "ISC"
  "http://directory.fsf.org/wiki/License:ISC")
(define-license knuth "Donald Knuth's license for TeX"
  "http://www.ctan.org/license/knuth")
(define-license lal1.3 "Free Art License 1.3"
  "http://artlibre.org/licence/lal/en/")
(define-license lgpl2.0 "LGPL 2.0"
  "https://www.gnu.org/licenses/old-licenses/lgpl-2.0.html")
(define-license lgpl2.0+ "LGPL 2.0+"
  "https://www.gnu.org/licenses/old-licenses/lgpl-2.0.html")
(define-license lgpl2.1 "LGPL 2.1"
  "https://www.gnu.org/licenses/old-licenses/lgpl-2.1.html")
(define-license lgpl2.1+ "LGPL 2.1+"
  "https://www.gnu.org/licenses/old-licenses/lgpl-2.1.html")
(define-license lgpl3 "LGPL 3"
  "https://www.gnu.org/licenses/lgpl.html")
(define-license lgpl3+ "LGPL 3+"
  "https://www.gnu.org/licenses/lgpl.html")
(define-license llgpl "LLGPL"
  "https://opensource.franz.com/preamble.html")
(define-license lpl1.02 "Lucent Public License 1.02"
  "https://directory.fsf.org/wiki?title=License:LPL-1.02")
(define-license lppl "LPPL (any version)"
  "https://www.latex-project.org/lppl/lppl-1-0/")
(define-license lppl1.0+ "LPPL 1.0+"
  "https://www.latex-project.org/lppl/lppl-1-0/")
(define-license lppl1.1+ "LPPL 1.1+"
  "https://www.latex-project.org/lppl/lppl-1-1/")
(define-license lppl1.2 "LPPL 1.2"
  "http://directory.fsf.org/wiki/License:LPPLv1.2")
(define-license lppl1.2+ "LPPL 1.2+"
  "http://directory.fsf.org/wiki/License:LPPLv1.2")
(define-license lppl1.3 "LPPL 1.3"
  "https://www.latex-project.org/lppl/lppl-1-3/")
(define-license lppl1.3+ "LPPL 1.3+"
  "https://www.latex-project.org/lppl/lppl-1-3/")
(define-license lppl1.3a "LPPL 1.3a"
  "http://directory.fsf.org/wiki/License:LPPLv1.3a")
(define-license lppl1.3a+ "LPPL 1.3a+"
  "http://directory.fsf.org/wiki/License:LPPLv1.3a")
(define-license lppl1.3b "LPPL 1.3b"
  "https://www.latex-project.org/lppl/lppl-1-3b/")
(define-license lppl1.3b+ "LPPL 1.3b+"
  "https://www.latex-project.org/lppl/lppl-1-3b/")
(define-license lppl1.3c "LPPL 1.3c"
  "https://www.latex-project.org/lppl/lppl-1-3c/")
(define-license lppl1.3c+ "LPPL 1.3c+"
  "https://www.latex-project.org/lppl/lppl-1-3c/")
(define-license miros "MirOS"
  "https://www.mirbsd.org/MirOS-Licence.htm")
(define-license mpl1.0 "MPL 1.0"
  "http://www.mozilla.org/MPL/1.0/")
(define-license mpl1.1 "MPL 1.1"
  "http://directory.fsf.org/wiki/License:MPLv1.1")
(define-license mpl2.0 "MPL 2.0"
  "http://directory.fsf.org/wiki/License:MPLv2.0")
(define-license ms-pl "Ms-PL"
  "http://directory.fsf.org/wiki/License:MsPL")
(define-license ncsa "NCSA/University of Illinois Open Source License"
  "http://directory.fsf.org/wiki/License:IllinoisNCSA")
(define-license nmap "Nmap license"
  "https://svn.nmap.org/nmap/LICENSE")
(define-license ogl-psi1.0 "Open Government Licence for Public Sector Information"
  "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/1/")
(define-license ohl2-p "Cern OHL version 2 - Permissive variant"
  "https://ohwr.org/cern_ohl_p_v2.txt")
(define-license ohl2-s "Cern OHL version 2 - Strongly reciprocal variant"
  "https://ohwr.org/cern_ohl_s_v2.txt")
(define-license ohl2-w "Cern OHL version 2 - Weakly reciprocal variant"
  "https://ohwr.org/cern_ohl_w_v2.txt")
(define-license openldap2.8 "OpenLDAPv2.8"
  "http://directory.fsf.org/wiki/License:OpenLDAPv2.8")
(define-license openssl "OpenSSL"
  "http://directory.fsf.org/wiki/License:OpenSSL")
(define-license opl1.0+ "Open Publication License 1.0 or later"
  "http://opencontent.org/openpub/")
(define-license osl2.1 "The Open Software License 2.1"
  "https://opensource.org/licenses/osl-2.1.php")
(define-license psfl "Python Software Foundation License"
  "http://docs.python.org/license.html")
(define-license public-domain "Public Domain"
  "http://directory.fsf.org/wiki/License:PublicDomain")
(define-license qpl "QPL"
  "http://directory.fsf.org/wiki/License:QPLv1.0")
(define-license qwt1.0 "QWT 1.0"
  "http://qwt.sourceforge.net/qwtlicense.html")
(define-license repoze "Repoze"
  "http://repoze.org/LICENSE.txt")
(define-license ruby "Ruby License"
  "http://directory.fsf.org/wiki/License:Ruby")
(define-license sgifreeb2.0 "SGI Free Software License B, version 2.0"
  "http://directory.fsf.org/wiki/License:SGIFreeBv2")
(define-license silofl1.0 "SIL OFL 1.0"
  "https://openfontlicense.org/documents/OFL-1.0.txt")
(define-license silofl1.1 "SIL OFL 1.1"
  "https://openfontlicense.org/")
(define-license sleepycat "Sleepycat"
  "http://directory.fsf.org/wiki/License:Sleepycat")
(define-license tcl/tk "Tcl/Tk"
  "http://www.tcl.tk/software/tcltk/license.html")
(define-license unicode "Unicode"
  "https://directory.fsf.org/wiki/License:Unicode")
(define-license unlicense "Unlicense"
  "https://unlicense.org/")
(define-license vim "Vim"
  "http://directory.fsf.org/wiki/License:Vim7.2")
(define-license w3c "W3C Software Notice and License"
  "https://directory.fsf.org/wiki/License:W3C_31Dec2002")
(define-license wtfpl2 "WTFPL 2"
  "http://www.wtfpl.net")
(define-license wxwindows3.1+ "wxWindows 3.1+"
  "https://wxwidgets.org/about/licence")
(define-license x11 "X11"
  "http://directory.fsf.org/wiki/License:X11")
(define-license zlib "Zlib"
  "https://zlib.net/zlib_license.html")
(define-license zpl2.1 "Zope Public License 2.1"
  "http://directory.fsf.org/wiki?title=License:ZopePLv2.1")
