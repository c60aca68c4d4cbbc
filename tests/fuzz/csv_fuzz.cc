// Files that people export from other systems, plain or gzipped.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "common/csv/csv_reader.h"
#include "common/text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The reader opens files by name: one in memory.
  const int fd = memfd_create("csv", MFD_CLOEXEC);
  if (fd < 0 || write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  auto reader = clientele::csv::CsvReader::Open(
      "/proc/self/fd/" + std::to_string(fd),
      {.max_field_bytes = 4096, .max_row_bytes = 16384, .max_fields = 64});
  close(fd);
  if (!reader.ok()) return 0;
  clientele::csv::CsvRow row;
  std::int64_t line = 0;
  while (true) {
    const auto more = (*reader)->Next(&row);
    if (!more.ok() || !*more) return 0;
    // Rows come in the order of their lines, whole and readable, or with an error.
    if (row.line() <= line) std::abort();
    line = row.line();
    if (!row.error().ok()) continue;
    if (row.fields().size() != (*reader)->header().size()) std::abort();
    for (const std::string& field : row.fields()) {
      if (field.size() > 4096 || !clientele::text::IsValidUtf8(field)) std::abort();
    }
  }
}
