/* test_new_file.c - a file is there when it is whole, and not before. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/new_file.h"
#include "support/test_main.h"

static char folder[] = "/tmp/new_file.XXXXXX";
static char path[64];

static void make_folder(void)
{
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/report", folder);
}

static void remove_folder(void)
{
    (void)unlink(path);                 /* not every test makes it */
    ck_assert_int_eq(rmdir(folder), 0); /* nothing else was left in it */
}

static void write_file(const char *text)
{
    struct new_file f;
    struct error e = { 0 };
    ck_assert_msg(new_file_begin(&f, path, &e), "%s", e.fault);
    fputs(text, f.out);
    ck_assert_msg(new_file_finish(&f, &e), "%s", e.fault);
}

static void check_file(const char *text)
{
    char read[32] = "";
    FILE *in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(fgets(read, sizeof read, in));
    fclose(in);
    ck_assert_str_eq(read, text);
}

START_TEST(replaces_what_was_there)
{
    write_file("first");
    check_file("first");
    write_file("second");
    check_file("second");
}
END_TEST

START_TEST(appears_when_it_is_whole)
{
    struct new_file f;
    struct error e = { 0 };
    write_file("old");
    ck_assert(new_file_begin(&f, path, &e));
    fputs("new", f.out);
    fflush(f.out);
    check_file("old");
    ck_assert(new_file_finish(&f, &e));
    check_file("new");
}
END_TEST

START_TEST(leaves_nothing_behind_after_a_failure)
{
    struct new_file f;
    struct error e = { 0 };
    ck_assert(new_file_begin(&f, path, &e));
    ck_assert_int_eq(mkdir(path, 0755), 0); /* which no file can replace */
    ck_assert(!new_file_finish(&f, &e));
    ck_assert_str_eq(e.place, path);
    ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

/* Nothing of a device is replaced, and what it does not take is told. */
START_TEST(writes_to_devices)
{
    struct new_file f;
    struct error e = { 0 };
    ck_assert(new_file_begin(&f, "/dev/full", &e));
    fputs("text", f.out);
    ck_assert(!new_file_finish(&f, &e));
    ck_assert_str_eq(e.fault, "it can't be written: No space left on device");
    ck_assert_int_eq(access("/dev/full", F_OK), 0);
}
END_TEST

static const struct {
    const char *path, *fault;
} refused[] = {
    { "/tmp/no such folder/report", "it can't be written: No such file or directory" },
    { "/tmp", "it can't be written: Is a directory" },
};

START_TEST(refuses)
{
    struct new_file f;
    struct error e = { 0 };
    ck_assert(!new_file_begin(&f, refused[_i].path, &e));
    ck_assert_str_eq(e.place, refused[_i].path);
    ck_assert_str_eq(e.fault, refused[_i].fault);
    ck_assert_str_ne(e.hint, "");
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_test(t, replaces_what_was_there);
    tcase_add_test(t, appears_when_it_is_whole);
    tcase_add_test(t, leaves_nothing_behind_after_a_failure);
    tcase_add_test(t, writes_to_devices);
    TEST_ROWS(t, refuses, refused);
}

TEST_MAIN("new_file", add_tests)
