#include "tools/clientele/import/rejected_rows.h"

#include "absl/strings/str_cat.h"

namespace clientele::cli {
namespace {

constexpr size_t kExamples = 3;

void AppendQuoted(absl::string_view text, bool ascii, std::string& line) {
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += ascii && static_cast<unsigned char>(c) >= 0x80 ? '?' : c;
  }
  line += '"';
}

}  // namespace

RejectedRows::RejectedRows(std::filesystem::path path, SideFileFormat format)
    : path_(std::move(path)), format_(std::move(format)) {
  // Devices, such as /dev/null, are written to but never removed.
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path_, ignored)) std::filesystem::remove(path_, ignored);
}

void RejectedRows::Add(int64_t line_number, absl::string_view reason, absl::string_view raw) {
  const std::lock_guard lock(mutex_);
  if (++count_ == 1) {
    file_.open(path_, std::ios::binary | std::ios::trunc);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path_, ignored)) {
      std::filesystem::permissions(
          path_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
    }
    if (format_.mark) file_ << "\xEF\xBB\xBF";
    WriteLine("line_number", "reason", format_.header);
  }
  if (examples_.size() < kExamples) {
    examples_.push_back(absl::StrCat("line ", line_number, ": ", reason));
  }
  WriteLine(absl::StrCat(line_number), reason, raw);
}

int64_t RejectedRows::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

std::vector<std::string> RejectedRows::examples() const {
  const std::lock_guard lock(mutex_);
  return examples_;
}

absl::Status RejectedRows::Close() {
  const std::lock_guard lock(mutex_);
  if (count_ == 0) return absl::OkStatus();
  file_.close();
  if (file_.good()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot write the rejected rows to ", path_.string(),
                                             ": name another file with --rejected"));
}

void RejectedRows::WriteLine(absl::string_view first, absl::string_view second,
                             absl::string_view raw) {
  std::string line(first);
  line += format_.delimiter;
  if (count_ == 1 && first == "line_number") {
    absl::StrAppend(&line, second);
  } else {
    AppendQuoted(second, !format_.utf8, line);
  }
  line += format_.delimiter;
  absl::StrAppend(&line, raw, "\n");
  file_.write(line.data(), static_cast<std::streamsize>(line.size()));
}

}  // namespace clientele::cli
