// Files that people export from other systems, plain or gzipped: once as they are found, and once
// as the file's last bytes say.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "common/csv/csv_reader.h"
#include "common/text/utf8.h"

namespace {

void ReadAll(const std::string& path, const clientele::csv::CsvOptions& options) {
  auto reader = clientele::csv::CsvReader::Open(path, options);
  if (!reader.ok()) return;
  const std::string described = Describe((*reader)->dialect());
  if (described.empty()) std::abort();
  clientele::csv::CsvRow row;
  std::int64_t line = 0;
  while (true) {
    const auto more = (*reader)->Next(&row);
    if (!more.ok() || !*more) return;
    // Rows come in the order of their lines, whole and readable, or with an error.
    if (row.line() <= line) std::abort();
    line = row.line();
    if (row.raw().empty()) std::abort();
    if (!row.error().ok()) continue;
    if (row.fields().size() != (*reader)->header().size()) std::abort();
    for (const std::string& field : row.fields()) {
      if (field.size() > 4096 || !clientele::text::IsValidUtf8(field)) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The reader opens files by name: one in memory.
  const int fd = memfd_create("csv", MFD_CLOEXEC);
  if (fd < 0 || write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  clientele::csv::CsvOptions options;
  options.limits = {.max_field_bytes = 4096, .max_row_bytes = 16384, .max_fields = 64};
  ReadAll(path, options);
  if (size >= 3) {
    constexpr const char* kEncodings[] = {"",          "utf-8",       "utf-16", "utf-16be",
                                          "cp1252",    "gb18030",     "big5",   "utf-32",
                                          "shift_jis", "windows-1251"};
    options.encoding = kEncodings[data[size - 1] % 10];
    options.delimiter = static_cast<char>(data[size - 2]);
    options.skip_lines = data[size - 3] % 8;
    options.names = {"id", "name"};
    ReadAll(path, options);
  }
  close(fd);
  return 0;
}
