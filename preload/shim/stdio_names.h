/* The stdio functions that are counted: FUNCTION(row, name). Define FUNCTION, include this file, and it is
   undefined again behind the list. Rows are fixed: records of several runs are added up, so a new name takes
   the next number. Names that differ in nothing a program could see share a row: fopen64 is under fopen,
   __printf_chk under printf, __isoc99_scanf under scanf. What formats or parses memory is not here, nor what
   only looks at a stream (feof, ferror), nor locks.

   exit is what libc's own flush at the end of a process does, once the program's code is over. */
/* clang-format off */
FUNCTION(0, fopen) FUNCTION(1, fdopen) FUNCTION(2, freopen) FUNCTION(3, fclose) FUNCTION(4, fcloseall)
FUNCTION(5, popen) FUNCTION(6, pclose) FUNCTION(7, tmpfile) FUNCTION(8, fopencookie) FUNCTION(9, setmntent)
FUNCTION(10, endmntent)
FUNCTION(11, fputc) FUNCTION(12, putc) FUNCTION(13, putchar) FUNCTION(14, fputc_unlocked)
FUNCTION(15, putc_unlocked) FUNCTION(16, putchar_unlocked) FUNCTION(17, fputs) FUNCTION(18, fputs_unlocked)
FUNCTION(19, puts) FUNCTION(20, fwrite) FUNCTION(21, fwrite_unlocked) FUNCTION(22, putw)
FUNCTION(23, __overflow)
FUNCTION(24, fgetc) FUNCTION(25, getc) FUNCTION(26, getchar) FUNCTION(27, fgetc_unlocked)
FUNCTION(28, getc_unlocked) FUNCTION(29, getchar_unlocked) FUNCTION(30, ungetc) FUNCTION(31, fgets)
FUNCTION(32, fgets_unlocked) FUNCTION(33, gets) FUNCTION(34, fread) FUNCTION(35, fread_unlocked)
FUNCTION(36, getline) FUNCTION(37, getdelim) FUNCTION(38, getw) FUNCTION(39, __uflow)
FUNCTION(40, __underflow)
FUNCTION(41, fseek) FUNCTION(42, fseeko) FUNCTION(43, ftell) FUNCTION(44, ftello) FUNCTION(45, rewind)
FUNCTION(46, fgetpos) FUNCTION(47, fsetpos) FUNCTION(48, fileno)
FUNCTION(49, fflush) FUNCTION(50, fflush_unlocked) FUNCTION(51, _flushlbf) FUNCTION(52, setvbuf)
FUNCTION(53, setbuffer) FUNCTION(54, setbuf) FUNCTION(55, setlinebuf) FUNCTION(56, __fpurge)
FUNCTION(57, fprintf) FUNCTION(58, printf) FUNCTION(59, vfprintf) FUNCTION(60, vprintf)
FUNCTION(61, dprintf) FUNCTION(62, vdprintf)
FUNCTION(63, fscanf) FUNCTION(64, scanf) FUNCTION(65, vfscanf) FUNCTION(66, vscanf)
FUNCTION(67, fputwc) FUNCTION(68, putwc) FUNCTION(69, putwchar) FUNCTION(70, fputwc_unlocked)
FUNCTION(71, putwc_unlocked) FUNCTION(72, putwchar_unlocked) FUNCTION(73, fputws)
FUNCTION(74, fputws_unlocked) FUNCTION(75, __woverflow)
FUNCTION(76, fgetwc) FUNCTION(77, getwc) FUNCTION(78, getwchar) FUNCTION(79, fgetwc_unlocked)
FUNCTION(80, getwc_unlocked) FUNCTION(81, getwchar_unlocked) FUNCTION(82, fgetws)
FUNCTION(83, fgetws_unlocked) FUNCTION(84, ungetwc) FUNCTION(85, __wuflow) FUNCTION(86, __wunderflow)
FUNCTION(87, fwprintf) FUNCTION(88, wprintf) FUNCTION(89, vfwprintf) FUNCTION(90, vwprintf)
FUNCTION(91, fwscanf) FUNCTION(92, wscanf) FUNCTION(93, vfwscanf) FUNCTION(94, vwscanf)
FUNCTION(95, perror) FUNCTION(96, psignal) FUNCTION(97, psiginfo) FUNCTION(98, err) FUNCTION(99, errx)
FUNCTION(100, verr) FUNCTION(101, verrx) FUNCTION(102, warn) FUNCTION(103, warnx) FUNCTION(104, vwarn)
FUNCTION(105, vwarnx) FUNCTION(106, error) FUNCTION(107, error_at_line)
FUNCTION(108, getmntent) FUNCTION(109, getmntent_r) FUNCTION(110, addmntent) FUNCTION(111, fgetpwent)
FUNCTION(112, fgetpwent_r) FUNCTION(113, putpwent) FUNCTION(114, fgetgrent) FUNCTION(115, fgetgrent_r)
FUNCTION(116, putgrent) FUNCTION(117, fgetspent) FUNCTION(118, fgetspent_r) FUNCTION(119, putspent)
FUNCTION(120, exit)
/* clang-format on */
#undef FUNCTION
