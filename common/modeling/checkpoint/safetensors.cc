#include "common/modeling/checkpoint/safetensors.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

#include "common/modeling/checkpoint/json_file.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
constexpr char kMetadata[] = "__metadata__";

struct ElementName {
  ElementType type;
  const char* name;
  std::int64_t size;
};

constexpr std::array<ElementName, 10> kElements = {{
    {ElementType::kF64, "F64", 8},
    {ElementType::kF32, "F32", 4},
    {ElementType::kF16, "F16", 2},
    {ElementType::kBF16, "BF16", 2},
    {ElementType::kI64, "I64", 8},
    {ElementType::kI32, "I32", 4},
    {ElementType::kI16, "I16", 2},
    {ElementType::kI8, "I8", 1},
    {ElementType::kU8, "U8", 1},
    {ElementType::kBool, "BOOL", 1},
}};

const ElementName& Find(ElementType type) {
  return *std::find_if(kElements.begin(), kElements.end(),
                       [type](const ElementName& element) { return element.type == type; });
}

// Reads a header that may hold anything.
class Header {
 public:
  Header(absl::string_view file, absl::string_view data) : file_(file), data_(data) {}

  absl::StatusOr<TensorViews> Read(const Json& json) const {
    if (!json.is_object()) return Wrong("", "must be a JSON object");
    if (json.size() > kMaxSafetensorsTensors) {
      return Wrong("", absl::StrCat("names ", json.size(), " tensors; at most ",
                                    kMaxSafetensorsTensors, " are accepted"));
    }
    TensorViews tensors;
    for (const auto& [name, entry] : json.items()) {
      if (name == kMetadata) continue;
      CLIENTELE_ASSIGN_OR_RETURN(TensorView tensor, ReadTensor(name, entry));
      tensors.emplace(name, std::move(tensor));
    }
    CLIENTELE_RETURN_IF_ERROR(CheckRanges(tensors));
    return tensors;
  }

 private:
  absl::Status Wrong(absl::string_view tensor, absl::string_view what) const {
    return InvalidField(tensor.empty() ? absl::StrCat(file_, ": header")
                                       : absl::StrCat(file_, ": ", tensor.substr(0, 200)),
                        what);
  }

  absl::StatusOr<TensorView> ReadTensor(const std::string& name, const Json& entry) const {
    if (!entry.is_object()) return Wrong(name, "must be a JSON object");
    TensorView tensor;

    const auto dtype = entry.find("dtype");
    if (dtype == entry.end() || !dtype->is_string()) return Wrong(name, "dtype must be a string");
    const auto& type_name = dtype->get_ref<const std::string&>();
    const auto* element =
        std::find_if(kElements.begin(), kElements.end(),
                     [&](const ElementName& known) { return type_name == known.name; });
    if (element == kElements.end()) {
      return Wrong(name, absl::StrCat("dtype ", type_name.substr(0, 32), " is not supported"));
    }
    tensor.type = element->type;

    const auto shape = entry.find("shape");
    if (shape == entry.end() || !shape->is_array() || shape->size() > kMaxSafetensorsRank) {
      return Wrong(name,
                   absl::StrCat("shape must be a list of at most ", kMaxSafetensorsRank, " sizes"));
    }
    std::int64_t bytes = element->size;
    for (const Json& axis : *shape) {
      const auto size = AsCount(axis);
      if (!size || __builtin_mul_overflow(bytes, *size, &bytes)) {
        return Wrong(name, "shape holds an impossible size");
      }
      tensor.shape.push_back(*size);
    }

    const auto offsets = entry.find("data_offsets");
    if (offsets == entry.end() || !offsets->is_array() || offsets->size() != 2) {
      return Wrong(name, "data_offsets must be two numbers");
    }
    const auto begin = AsCount((*offsets)[0]);
    const auto end = AsCount((*offsets)[1]);
    if (!begin || !end || *begin > *end || *end > static_cast<std::int64_t>(data_.size())) {
      return Wrong(name, absl::StrCat("data_offsets lie outside the file's ", data_.size(),
                                      " bytes of data: is the file truncated?"));
    }
    if (*end - *begin != bytes) {
      return Wrong(
          name, absl::StrCat("holds ", *end - *begin, " bytes; its shape and dtype want ", bytes));
    }
    tensor.bytes = data_.substr(static_cast<std::size_t>(*begin), static_cast<std::size_t>(bytes));
    return tensor;
  }

  // nullopt for anything but a whole number that is not negative.
  static std::optional<std::int64_t> AsCount(const Json& json) {
    if (!json.is_number_unsigned()) return std::nullopt;
    const auto value = json.get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(value);
  }

  absl::Status CheckRanges(const TensorViews& tensors) const {
    std::vector<std::pair<const char*, const TensorViews::value_type*>> order;
    order.reserve(tensors.size());
    for (const auto& entry : tensors) order.emplace_back(entry.second.bytes.data(), &entry);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return std::pair(a.first, a.second->second.bytes.size()) <
             std::pair(b.first, b.second->second.bytes.size());
    });
    const char* place = data_.data();
    for (const auto& [begin, entry] : order) {
      if (begin != place) {
        return Wrong(entry->first, begin < place ? "overlaps another tensor's data"
                                                 : "leaves bytes before it that nothing names");
      }
      place = begin + entry->second.bytes.size();
    }
    if (place != data_.data() + data_.size()) {
      return Wrong("", "leaves bytes at the file's end that no tensor names");
    }
    return absl::OkStatus();
  }

  absl::string_view file_;
  absl::string_view data_;
};

absl::Status DiskError(const std::filesystem::path& path) {
  return absl::InternalError(
      absl::StrCat(path.filename().string(), " cannot be written: is the disk full or read-only?"));
}

}  // namespace

std::int64_t SizeOf(ElementType type) { return Find(type).size; }
const char* NameOf(ElementType type) { return Find(type).name; }

absl::StatusOr<TensorViews> ParseSafetensors(absl::string_view content, absl::string_view file) {
  const std::string at = absl::StrCat(file, ": header");
  if (content.size() < kLengthBytes) {
    return InvalidField(at, "the file is shorter than 8 bytes: is it truncated?");
  }
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) {
    length = length << 8 | static_cast<unsigned char>(content[i]);
  }
  content.remove_prefix(kLengthBytes);
  if (length > content.size()) {
    return InvalidField(at, absl::StrCat("says it has ", length, " bytes; the file has ",
                                         content.size(), " left: is it truncated?"));
  }
  if (length > static_cast<std::uint64_t>(kMaxSafetensorsHeaderBytes)) {
    return InvalidField(at, absl::StrCat("has ", length, " bytes; at most ",
                                         kMaxSafetensorsHeaderBytes, " are accepted"));
  }
  const absl::string_view text = content.substr(0, length);
  content.remove_prefix(length);

  // The deepest thing in a header is tensor -> shape -> number; what nests deeper is
  // refused before it can take the parser's stack.
  bool too_deep = false;
  std::vector<std::string> keys;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    too_deep |= depth > 3;
    if (depth == 1 && event == Json::parse_event_t::key) {
      keys.push_back(parsed.get<std::string>());
    }
    return !too_deep;
  };
  const Json json = Json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (json.is_discarded() || too_deep) return InvalidField(at, "is not the JSON of a header");
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice != keys.end()) {
    return InvalidField(absl::StrCat(file, ": ", twice->substr(0, 200)), "is named twice");
  }
  return Header(file, content).Read(json);
}

absl::StatusOr<std::unique_ptr<SafetensorsFile>> SafetensorsFile::Open(
    const std::filesystem::path& path) {
  std::unique_ptr<SafetensorsFile> file(new SafetensorsFile());
  file->name_ = path.filename().string();
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::NotFoundError(absl::StrCat(file->name_, " cannot be read"));
  const auto close = absl::MakeCleanup([fd] { ::close(fd); });
  struct stat info = {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return absl::NotFoundError(absl::StrCat(file->name_, " is not a regular file"));
  }
  file->size_ = static_cast<std::size_t>(info.st_size);
  std::array<char, 64> start = {};
  const ssize_t read = ::pread(fd, start.data(), start.size(), 0);
  if (read > 0) {
    CLIENTELE_RETURN_IF_ERROR(
        RefuseLfsPointer({start.data(), static_cast<std::size_t>(read)}, file->name_));
  }
  if (file->size_ > 0) {
    void* mapping = ::mmap(nullptr, file->size_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapping == MAP_FAILED) {
      return absl::ResourceExhaustedError(absl::StrCat(file->name_, " cannot be mapped"));
    }
    file->mapping_ = mapping;
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      file->tensors_,
      ParseSafetensors({static_cast<const char*>(file->mapping_), file->size_}, file->name_));
  return file;
}

SafetensorsFile::~SafetensorsFile() {
  if (mapping_ != nullptr) ::munmap(mapping_, size_);
}

absl::Status WriteSafetensors(const std::filesystem::path& path, const TensorViews& tensors) {
  Json header = Json::object();
  std::int64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    const auto end = offset + static_cast<std::int64_t>(tensor.bytes.size());
    header[name] = {
        {"dtype", NameOf(tensor.type)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    out.put(static_cast<char>(text.size() >> (8 * i) & 0xff));
  }
  out << text;
  for (const auto& [name, tensor] : tensors) {
    out.write(tensor.bytes.data(), static_cast<std::streamsize>(tensor.bytes.size()));
  }
  out.flush();
  return out ? absl::OkStatus() : DiskError(path);
}

}  // namespace clientele::modeling
