// C++ streams and stdio in turns on the same descriptors. What comes first on the command line says how: both
// on stdio's buffer ("synchronised"), each with its own ("apart"), in wide characters ("wide"), or over a
// FILE that is the program's ("files").
#include <clocale>
#include <cstdio>
#include <cwchar>
#include <ext/stdio_filebuf.h>
#include <ext/stdio_sync_filebuf.h>
#include <fstream>
#include <iostream>
#include <string>

static void synchronised() {
    int number = 0;
    char word[64], line[256];
    std::string text;
    for (int i = 0; i < 3000; i++) {
        if (i % 2 ? !(std::cin >> number) : std::scanf("%d", &number) != 1)
            break;
        std::cout << number << ' ';
        int c = i % 3 ? std::getchar() : std::cin.get();
        if (i % 5 == 0) {
            std::ungetc(c, stdin);
            c = std::cin.get();
        } else if (i % 5 == 1) {
            std::cin.unget();
            c = std::getchar();
        } else if (i % 5 == 2) {
            std::cin.putback('@');
            std::printf("%c", std::cin.peek());
            c = std::fgetc(stdin);
        }
        std::printf("%03d", c);
        if (i % 2 && std::scanf("%63s", word) == 1)
            std::cout << '[' << word << ']';
        if (i % 4 == 0 && std::cin.read(word, 7))
            std::fwrite(word, 1, 7, stdout);
        if (i % 4 == 1) {
            std::cin.ignore(3);
            std::putchar(std::cin.peek());
        }
        if (i % 7 == 0) {
            if (std::fgets(line, sizeof line, stdin))
                std::fputs(line, stdout);
        } else if (std::getline(std::cin, text)) {
            std::cout << text << '\n';
        }
        std::cout.put('-').flush();
        std::puts("-");
        if (i % 100 == 0)
            std::cerr << i << ' ', std::fprintf(stderr, "%x ", i), std::clog << std::endl;
    }
    std::cout << std::cin.rdbuf()->in_avail() << std::feof(stdin) << std::cin.rdbuf();
    std::printf("%d%d\n", std::cin.eof(), std::feof(stdin) != 0);
}

static void apart() {
    std::ios::sync_with_stdio(false);
    std::string text;
    long lines = 0;
    while (std::getline(std::cin, text)) {
        std::cout << text.size() << '\n';
        if (++lines % 500 == 0) {
            std::cout.flush();
            std::printf("line %ld of stdio\n", lines);
            std::fflush(stdout);
        }
    }
    std::cin.clear();
    std::cerr << lines << " lines" << std::endl;
    std::printf("the end, which leaves at exit\n");
}

static void wide() {
    std::setlocale(LC_ALL, "");
    std::wstring word;
    wchar_t line[256];
    int words = 0;
    while (std::wcin >> word) {
        wint_t next = words % 6 == 3 || words % 6 == 5 ? std::getwchar() : std::wcin.get();
        if (words % 3 == 0) {
            std::ungetwc(next, stdin);
            next = std::wcin.get();
        } else if (words % 3 == 1) {
            std::wcin.unget();
            next = std::getwchar();
        }
        std::wcout << word << L'|';
        std::wprintf(L"%ls %d %lc", word.c_str(), ++words, next);
        std::putwchar(L'.');
        if (words % 10 == 0 && std::fgetws(line, 256, stdin))
            std::fputws(line, stdout);
    }
    std::wcerr << words << std::endl;
}

static void files() {
    std::FILE *file = std::fopen("through", "w+");
    std::fprintf(file, "first by stdio\n");
    {
        __gnu_cxx::stdio_sync_filebuf<char> both(file);
        std::ostream stream(&both);
        for (int i = 0; i < 2000; i++) {
            stream << i << ' ';
            std::fprintf(file, "%x\n", i);
        }
    }
    std::fflush(file);
    {
        __gnu_cxx::stdio_filebuf<char> own(file, std::ios::out);
        std::ostream stream(&own);
        for (int i = 0; i < 3000; i++)
            stream << "own " << i << '\n';
    }
    std::fseek(file, 0, SEEK_END);
    std::fprintf(file, "last by stdio\n");
    std::rewind(file);
    {
        __gnu_cxx::stdio_sync_filebuf<char> both(file);
        std::istream stream(&both);
        std::string text;
        long sum = 0;
        for (int n; std::getline(stream, text) && std::fscanf(file, "%d", &n) == 1;)
            sum += n + (long)text.size();
        std::cout << sum << ' ' << std::ftell(file) << std::endl;
    }
    std::fclose(file);
    std::fstream stream("through", std::ios::in | std::ios::out);
    std::string text;
    stream.seekg(5000);
    std::getline(stream, text);
    stream.seekp(100);
    stream << "put in the middle";
    stream.close();
    std::printf("%s\n", text.c_str());
}

int main(int count, char **arguments) {
    std::string way = count > 1 ? arguments[1] : "";
    if (way == "synchronised")
        synchronised();
    else if (way == "apart")
        apart();
    else if (way == "wide")
        wide();
    else if (way == "files")
        files();
    else
        return 2;
}
