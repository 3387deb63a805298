/* Every stdio name of the C library and how libbuf covers it: STDIO_NAME(name, how). Define STDIO_NAME,
   include this file, and it is undefined again behind the list. bufrun --check reads it; a test holds it
   against the built library.

     ours       libbuf defines it
     alias      libbuf defines it as another name of a function above it in its group
     valid      libc's own code, which works on libbuf's streams because they are valid streams of libc;
                before it stand a few instructions of ours, which make the lock libc's (handed.c)
     forwarded  makes a stream of libc's own, which libbuf's functions recognise and hand to libc; or another
                library's, which works by the names above
     libc       takes no stream: formats or parses memory, writes to a descriptor, or is a setting
     none       the inside of libc's streams; a program that calls it goes past libbuf

   Built from glibc 2.36's symbols and headers, and the __isoc23_ names of 2.38. */
/* clang-format off */

/* the standard streams */
STDIO_NAME(stdin, ours) STDIO_NAME(stdout, ours) STDIO_NAME(stderr, ours)

/* open and close */
STDIO_NAME(fopen, ours) STDIO_NAME(fopen64, alias) STDIO_NAME(_IO_fopen, alias)
STDIO_NAME(fdopen, ours) STDIO_NAME(_IO_fdopen, alias)
STDIO_NAME(freopen, ours) STDIO_NAME(freopen64, alias)
STDIO_NAME(fclose, ours) STDIO_NAME(_IO_fclose, alias)
STDIO_NAME(fcloseall, ours)
STDIO_NAME(popen, ours) STDIO_NAME(_IO_popen, alias)
STDIO_NAME(pclose, ours)
STDIO_NAME(tmpfile, ours) STDIO_NAME(tmpfile64, alias)
STDIO_NAME(endmntent, ours) STDIO_NAME(__endmntent, alias)

/* put bytes */
STDIO_NAME(fputc, ours) STDIO_NAME(putc, alias) STDIO_NAME(_IO_putc, alias)
STDIO_NAME(fputc_unlocked, ours) STDIO_NAME(putc_unlocked, alias)
STDIO_NAME(putchar, ours) STDIO_NAME(putchar_unlocked, ours)
STDIO_NAME(fputs, ours) STDIO_NAME(_IO_fputs, alias) STDIO_NAME(fputs_unlocked, ours)
STDIO_NAME(puts, ours) STDIO_NAME(_IO_puts, alias)
STDIO_NAME(fwrite, ours) STDIO_NAME(_IO_fwrite, alias) STDIO_NAME(fwrite_unlocked, ours)
STDIO_NAME(putw, ours)
STDIO_NAME(__overflow, ours)

/* get bytes */
STDIO_NAME(fgetc, ours) STDIO_NAME(getc, alias) STDIO_NAME(_IO_getc, alias)
STDIO_NAME(fgetc_unlocked, ours) STDIO_NAME(getc_unlocked, alias)
STDIO_NAME(getchar, ours) STDIO_NAME(getchar_unlocked, ours)
STDIO_NAME(ungetc, ours) STDIO_NAME(_IO_ungetc, alias)
STDIO_NAME(fgets, ours) STDIO_NAME(_IO_fgets, alias) STDIO_NAME(__fgets_chk, ours)
STDIO_NAME(fgets_unlocked, ours) STDIO_NAME(__fgets_unlocked_chk, ours)
STDIO_NAME(gets, ours) STDIO_NAME(_IO_gets, alias) STDIO_NAME(__gets_chk, ours)
STDIO_NAME(fread, ours) STDIO_NAME(_IO_fread, alias) STDIO_NAME(__fread_chk, ours)
STDIO_NAME(fread_unlocked, ours) STDIO_NAME(__fread_unlocked_chk, ours)
STDIO_NAME(getline, ours) STDIO_NAME(getdelim, ours) STDIO_NAME(__getdelim, alias)
STDIO_NAME(getw, ours)
STDIO_NAME(__uflow, ours) STDIO_NAME(__underflow, ours)
STDIO_NAME(_IO_getline, ours) STDIO_NAME(_IO_sgetn, ours) STDIO_NAME(_IO_peekc_locked, ours)

/* position */
STDIO_NAME(fseek, ours)
STDIO_NAME(fseeko, ours) STDIO_NAME(fseeko64, alias)
STDIO_NAME(ftell, ours) STDIO_NAME(_IO_ftell, alias)
STDIO_NAME(ftello, ours) STDIO_NAME(ftello64, alias)
STDIO_NAME(rewind, ours)
STDIO_NAME(fgetpos, ours) STDIO_NAME(fgetpos64, alias) STDIO_NAME(_IO_fgetpos, alias) STDIO_NAME(_IO_fgetpos64, alias)
STDIO_NAME(fsetpos, ours) STDIO_NAME(fsetpos64, alias) STDIO_NAME(_IO_fsetpos, alias) STDIO_NAME(_IO_fsetpos64, alias)

/* flush and buffer */
STDIO_NAME(fflush, ours) STDIO_NAME(_IO_fflush, alias) STDIO_NAME(fflush_unlocked, ours)
STDIO_NAME(_flushlbf, ours) STDIO_NAME(_IO_flush_all_linebuffered, alias)
STDIO_NAME(_IO_flush_all, ours)
STDIO_NAME(setvbuf, ours) STDIO_NAME(_IO_setvbuf, alias)
STDIO_NAME(setbuffer, ours) STDIO_NAME(_IO_setbuffer, alias)
STDIO_NAME(setbuf, ours) STDIO_NAME(setlinebuf, ours)

/* state and locks */
STDIO_NAME(feof, ours) STDIO_NAME(_IO_feof, alias) STDIO_NAME(feof_unlocked, ours)
STDIO_NAME(ferror, ours) STDIO_NAME(_IO_ferror, alias) STDIO_NAME(ferror_unlocked, ours)
STDIO_NAME(clearerr, ours) STDIO_NAME(clearerr_unlocked, ours)
STDIO_NAME(fileno, ours) STDIO_NAME(fileno_unlocked, alias)
STDIO_NAME(flockfile, ours) STDIO_NAME(_IO_flockfile, alias)
STDIO_NAME(ftrylockfile, ours) STDIO_NAME(_IO_ftrylockfile, alias)
STDIO_NAME(funlockfile, ours) STDIO_NAME(_IO_funlockfile, alias)

/* stdio_ext.h */
STDIO_NAME(__fbufsize, ours) STDIO_NAME(__fpending, ours) STDIO_NAME(__fpurge, ours) STDIO_NAME(__flbf, ours)
STDIO_NAME(__freadable, ours) STDIO_NAME(__fwritable, ours)
STDIO_NAME(__freading, ours) STDIO_NAME(__fwriting, ours)
STDIO_NAME(__fsetlocking, ours)

/* printf to streams */
STDIO_NAME(fprintf, ours) STDIO_NAME(_IO_fprintf, alias) STDIO_NAME(__fprintf_chk, ours)
STDIO_NAME(printf, ours) STDIO_NAME(_IO_printf, alias) STDIO_NAME(__printf_chk, ours)
STDIO_NAME(vfprintf, ours) STDIO_NAME(_IO_vfprintf, alias) STDIO_NAME(__vfprintf_chk, ours)
STDIO_NAME(vprintf, ours) STDIO_NAME(__vprintf_chk, ours)
STDIO_NAME(_IO_padn, ours) STDIO_NAME(printf_size, valid) STDIO_NAME(__printf_fp, valid)

/* printf to memory and descriptors */
STDIO_NAME(sprintf, ours) STDIO_NAME(_IO_sprintf, ours) STDIO_NAME(__sprintf_chk, ours)
STDIO_NAME(vsprintf, ours) STDIO_NAME(_IO_vsprintf, ours) STDIO_NAME(__vsprintf_chk, ours)
STDIO_NAME(snprintf, ours) STDIO_NAME(__snprintf_chk, ours)
STDIO_NAME(vsnprintf, ours) STDIO_NAME(__vsnprintf, ours) STDIO_NAME(__vsnprintf_chk, ours)
STDIO_NAME(asprintf, ours) STDIO_NAME(__asprintf, ours) STDIO_NAME(__asprintf_chk, ours)
STDIO_NAME(vasprintf, ours) STDIO_NAME(__vasprintf_chk, ours)
STDIO_NAME(obstack_printf, libc) STDIO_NAME(__obstack_printf_chk, libc)
STDIO_NAME(obstack_vprintf, libc) STDIO_NAME(__obstack_vprintf_chk, libc)
STDIO_NAME(dprintf, ours) STDIO_NAME(__dprintf_chk, ours)
STDIO_NAME(vdprintf, ours) STDIO_NAME(__vdprintf_chk, ours)
STDIO_NAME(swprintf, ours) STDIO_NAME(__swprintf_chk, ours)
STDIO_NAME(vswprintf, ours) STDIO_NAME(__vswprintf_chk, ours)

/* scanf from streams */
STDIO_NAME(__isoc99_fscanf, ours) STDIO_NAME(__isoc23_fscanf, alias) STDIO_NAME(fscanf, ours)
STDIO_NAME(__isoc99_scanf, ours) STDIO_NAME(__isoc23_scanf, alias) STDIO_NAME(scanf, ours)
STDIO_NAME(__isoc99_vfscanf, ours) STDIO_NAME(__isoc23_vfscanf, alias) STDIO_NAME(vfscanf, ours)
STDIO_NAME(__vfscanf, alias) STDIO_NAME(_IO_vfscanf, ours)
STDIO_NAME(__isoc99_vscanf, ours) STDIO_NAME(__isoc23_vscanf, alias) STDIO_NAME(vscanf, ours)

/* scanf from memory */
STDIO_NAME(sscanf, ours) STDIO_NAME(_IO_sscanf, ours) STDIO_NAME(__isoc99_sscanf, ours) STDIO_NAME(__isoc23_sscanf, ours)
STDIO_NAME(vsscanf, ours) STDIO_NAME(__vsscanf, ours) STDIO_NAME(__isoc99_vsscanf, ours) STDIO_NAME(__isoc23_vsscanf, ours)
STDIO_NAME(swscanf, ours) STDIO_NAME(__isoc99_swscanf, ours) STDIO_NAME(__isoc23_swscanf, ours)
STDIO_NAME(vswscanf, ours) STDIO_NAME(__isoc99_vswscanf, ours) STDIO_NAME(__isoc23_vswscanf, ours)

/* wide characters */
STDIO_NAME(fwide, ours)
STDIO_NAME(fputwc, ours) STDIO_NAME(putwc, alias)
STDIO_NAME(fputwc_unlocked, ours) STDIO_NAME(putwc_unlocked, alias)
STDIO_NAME(putwchar, ours) STDIO_NAME(putwchar_unlocked, ours)
STDIO_NAME(fputws, ours) STDIO_NAME(fputws_unlocked, ours)
STDIO_NAME(fgetwc, ours) STDIO_NAME(getwc, alias)
STDIO_NAME(fgetwc_unlocked, ours) STDIO_NAME(getwc_unlocked, alias)
STDIO_NAME(getwchar, ours) STDIO_NAME(getwchar_unlocked, ours)
STDIO_NAME(fgetws, ours) STDIO_NAME(__fgetws_chk, ours)
STDIO_NAME(fgetws_unlocked, ours) STDIO_NAME(__fgetws_unlocked_chk, ours)
STDIO_NAME(ungetwc, ours)
STDIO_NAME(__wuflow, ours) STDIO_NAME(__wunderflow, ours) STDIO_NAME(__woverflow, ours)
STDIO_NAME(fwprintf, ours) STDIO_NAME(__fwprintf_chk, ours) STDIO_NAME(wprintf, ours) STDIO_NAME(__wprintf_chk, ours)
STDIO_NAME(vfwprintf, ours) STDIO_NAME(__vfwprintf_chk, ours) STDIO_NAME(vwprintf, ours) STDIO_NAME(__vwprintf_chk, ours)
STDIO_NAME(fwscanf, ours) STDIO_NAME(__isoc99_fwscanf, ours) STDIO_NAME(__isoc23_fwscanf, ours)
STDIO_NAME(wscanf, ours) STDIO_NAME(__isoc99_wscanf, ours) STDIO_NAME(__isoc23_wscanf, ours)
STDIO_NAME(vfwscanf, ours) STDIO_NAME(__isoc99_vfwscanf, ours) STDIO_NAME(__isoc23_vfwscanf, ours)
STDIO_NAME(vwscanf, ours) STDIO_NAME(__isoc99_vwscanf, ours) STDIO_NAME(__isoc23_vwscanf, ours)

/* streams of libc's own */
STDIO_NAME(fmemopen, ours) STDIO_NAME(open_memstream, ours) STDIO_NAME(open_wmemstream, ours)
STDIO_NAME(fopencookie, ours)
STDIO_NAME(setmntent, forwarded) STDIO_NAME(__setmntent, forwarded)

/* libc's functions that print messages */
STDIO_NAME(perror, valid) STDIO_NAME(psignal, valid) STDIO_NAME(psiginfo, valid) STDIO_NAME(getpass, valid)
STDIO_NAME(err, valid) STDIO_NAME(errx, valid) STDIO_NAME(verr, valid) STDIO_NAME(verrx, valid)
STDIO_NAME(warn, valid) STDIO_NAME(warnx, valid) STDIO_NAME(vwarn, valid) STDIO_NAME(vwarnx, valid)
STDIO_NAME(error, valid) STDIO_NAME(error_at_line, valid) STDIO_NAME(error_print_progname, libc)
STDIO_NAME(error_message_count, libc) STDIO_NAME(error_one_per_line, libc)
STDIO_NAME(__assert_fail, valid) STDIO_NAME(__assert_perror_fail, valid) STDIO_NAME(__assert, valid)
STDIO_NAME(getopt, valid) STDIO_NAME(getopt_long, valid) STDIO_NAME(getopt_long_only, valid) STDIO_NAME(__posix_getopt, valid)
STDIO_NAME(herror, libc)
STDIO_NAME(argp_parse, valid) STDIO_NAME(argp_help, valid) STDIO_NAME(argp_state_help, valid) STDIO_NAME(argp_usage, valid)
STDIO_NAME(argp_error, valid) STDIO_NAME(argp_failure, valid)
STDIO_NAME(argp_err_exit_status, libc) STDIO_NAME(argp_program_bug_address, libc)
STDIO_NAME(argp_program_version, libc) STDIO_NAME(argp_program_version_hook, libc)
STDIO_NAME(malloc_info, valid)

/* libc's functions that read and write tables */
STDIO_NAME(getmntent, valid) STDIO_NAME(getmntent_r, valid) STDIO_NAME(__getmntent_r, valid) STDIO_NAME(addmntent, valid)
STDIO_NAME(fgetpwent, valid) STDIO_NAME(fgetpwent_r, valid) STDIO_NAME(putpwent, valid)
STDIO_NAME(fgetgrent, valid) STDIO_NAME(fgetgrent_r, valid) STDIO_NAME(putgrent, valid)
STDIO_NAME(fgetspent, valid) STDIO_NAME(fgetspent_r, valid) STDIO_NAME(putspent, valid)
STDIO_NAME(fgetsgent, valid) STDIO_NAME(fgetsgent_r, valid) STDIO_NAME(putsgent, valid)
STDIO_NAME(xdrstdio_create, none)

/* libresolv's printing functions call the names above */
STDIO_NAME(__fp_nquery, forwarded) STDIO_NAME(__fp_query, forwarded) STDIO_NAME(__fp_resstat, forwarded) STDIO_NAME(__p_query, forwarded)
STDIO_NAME(__p_cdnname, forwarded) STDIO_NAME(__p_cdname, forwarded) STDIO_NAME(__p_fqname, forwarded)

/* handlers that libc's printf calls with a stream of its own */
STDIO_NAME(register_printf_function, ours) STDIO_NAME(register_printf_specifier, ours)
STDIO_NAME(register_printf_modifier, ours) STDIO_NAME(register_printf_type, ours)

/* the inside of libc's streams */
STDIO_NAME(_IO_2_1_stdin_, none) STDIO_NAME(_IO_2_1_stdout_, none) STDIO_NAME(_IO_2_1_stderr_, none)
STDIO_NAME(_IO_list_all, none) STDIO_NAME(_IO_list_lock, none) STDIO_NAME(_IO_list_unlock, none)
STDIO_NAME(_IO_adjust_column, none) STDIO_NAME(_IO_adjust_wcolumn, none)
STDIO_NAME(_IO_default_doallocate, none) STDIO_NAME(_IO_default_finish, none)
STDIO_NAME(_IO_default_pbackfail, none) STDIO_NAME(_IO_default_uflow, none)
STDIO_NAME(_IO_default_xsgetn, none) STDIO_NAME(_IO_default_xsputn, none) STDIO_NAME(_IO_do_write, none)
STDIO_NAME(_IO_doallocbuf, none) STDIO_NAME(_IO_enable_locks, none) STDIO_NAME(_IO_file_attach, none)
STDIO_NAME(_IO_file_close, none) STDIO_NAME(_IO_file_close_it, none) STDIO_NAME(_IO_file_doallocate, none)
STDIO_NAME(_IO_file_finish, none) STDIO_NAME(_IO_file_fopen, none) STDIO_NAME(_IO_file_init, none)
STDIO_NAME(_IO_file_jumps, none) STDIO_NAME(_IO_file_open, none) STDIO_NAME(_IO_file_overflow, none)
STDIO_NAME(_IO_file_read, none) STDIO_NAME(_IO_file_seek, none) STDIO_NAME(_IO_file_seekoff, none)
STDIO_NAME(_IO_file_setbuf, none) STDIO_NAME(_IO_file_stat, none) STDIO_NAME(_IO_file_sync, none)
STDIO_NAME(_IO_file_underflow, none) STDIO_NAME(_IO_file_write, none) STDIO_NAME(_IO_file_xsputn, none)
STDIO_NAME(_IO_free_backup_area, none) STDIO_NAME(_IO_free_wbackup_area, none)
STDIO_NAME(_IO_getline_info, none) STDIO_NAME(_IO_init, none) STDIO_NAME(_IO_init_marker, none)
STDIO_NAME(_IO_init_wmarker, none) STDIO_NAME(_IO_iter_begin, none) STDIO_NAME(_IO_iter_end, none)
STDIO_NAME(_IO_iter_file, none) STDIO_NAME(_IO_iter_next, none) STDIO_NAME(_IO_least_wmarker, none)
STDIO_NAME(_IO_link_in, none) STDIO_NAME(_IO_list_resetlock, none) STDIO_NAME(_IO_marker_delta, none)
STDIO_NAME(_IO_marker_difference, none) STDIO_NAME(_IO_proc_close, none) STDIO_NAME(_IO_proc_open, none)
STDIO_NAME(_IO_remove_marker, none) STDIO_NAME(_IO_seekmark, none) STDIO_NAME(_IO_seekoff, none)
STDIO_NAME(_IO_seekpos, none) STDIO_NAME(_IO_seekwmark, none) STDIO_NAME(_IO_setb, none)
STDIO_NAME(_IO_sputbackc, none) STDIO_NAME(_IO_sputbackwc, none) STDIO_NAME(_IO_str_init_readonly, none)
STDIO_NAME(_IO_str_init_static, none) STDIO_NAME(_IO_str_overflow, none) STDIO_NAME(_IO_str_pbackfail, none)
STDIO_NAME(_IO_str_seekoff, none) STDIO_NAME(_IO_str_underflow, none) STDIO_NAME(_IO_sungetc, none)
STDIO_NAME(_IO_sungetwc, none) STDIO_NAME(_IO_switch_to_get_mode, none)
STDIO_NAME(_IO_switch_to_main_wget_area, none) STDIO_NAME(_IO_switch_to_wbackup_area, none)
STDIO_NAME(_IO_switch_to_wget_mode, none) STDIO_NAME(_IO_un_link, none) STDIO_NAME(_IO_unsave_markers, none)
STDIO_NAME(_IO_unsave_wmarkers, none) STDIO_NAME(_IO_wdefault_doallocate, none)
STDIO_NAME(_IO_wdefault_finish, none) STDIO_NAME(_IO_wdefault_pbackfail, none)
STDIO_NAME(_IO_wdefault_uflow, none) STDIO_NAME(_IO_wdefault_xsgetn, none)
STDIO_NAME(_IO_wdefault_xsputn, none) STDIO_NAME(_IO_wdo_write, none) STDIO_NAME(_IO_wdoallocbuf, none)
STDIO_NAME(_IO_wfile_jumps, none) STDIO_NAME(_IO_wfile_overflow, none) STDIO_NAME(_IO_wfile_seekoff, none)
STDIO_NAME(_IO_wfile_sync, none) STDIO_NAME(_IO_wfile_underflow, none) STDIO_NAME(_IO_wfile_xsputn, none)
STDIO_NAME(_IO_wmarker_delta, none) STDIO_NAME(_IO_wsetb, none)

/* clang-format on */
#undef STDIO_NAME
