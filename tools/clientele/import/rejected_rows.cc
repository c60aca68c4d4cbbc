#include "tools/clientele/import/rejected_rows.h"

#include "absl/strings/str_cat.h"

namespace clientele::cli {
namespace {

constexpr size_t kExamples = 3;

void AppendField(absl::string_view field, std::string& line) {
  if (field.find_first_of(",\"\r\n") == absl::string_view::npos) {
    absl::StrAppend(&line, field);
    return;
  }
  line += '"';
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace

RejectedRows::RejectedRows(std::filesystem::path path, std::vector<std::string> header)
    : path_(std::move(path)), header_(std::move(header)) {
  // Devices, such as /dev/null, are written to but never removed.
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path_, ignored)) std::filesystem::remove(path_, ignored);
}

void RejectedRows::Add(int64_t line_number, absl::string_view reason,
                       const std::vector<std::string>& fields) {
  const std::lock_guard lock(mutex_);
  if (++count_ == 1) {
    file_.open(path_, std::ios::binary | std::ios::trunc);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path_, ignored)) {
      std::filesystem::permissions(
          path_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
    }
    WriteLine("line_number", "reason", header_);
  }
  if (examples_.size() < kExamples) {
    examples_.push_back(absl::StrCat("line ", line_number, ": ", reason));
  }
  WriteLine(absl::StrCat(line_number), reason, fields);
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
                             const std::vector<std::string>& fields) {
  std::string line(first);
  line += ',';
  AppendField(second, line);
  for (const std::string& field : fields) {
    line += ',';
    AppendField(field, line);
  }
  line += '\n';
  file_.write(line.data(), static_cast<std::streamsize>(line.size()));
}

}  // namespace clientele::cli
