#ifndef CLIENTELE_COMMON_MODELING_CHECKPOINT_SAFETENSORS_H_
#define CLIENTELE_COMMON_MODELING_CHECKPOINT_SAFETENSORS_H_

// Reads and writes safetensors files: named tensors behind a JSON header.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto file, SafetensorsFile::Open("model.safetensors"));
//   for (const auto& [name, tensor] : file->tensors()) ...
//
// Format: 8 bytes little-endian length N of the header, N bytes of JSON
// {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...}, then
// the tensors' bytes, row-major, offsets counted from the header's end. Source: the
// format description of the safetensors project.
//
// The header is checked before a byte of data is looked at: sizes equal shape x element,
// ranges lie in the file, do not overlap and leave no gap. The file is mapped, not read.
//
// Thread-safe once open. The data of a tensor lives as long as its file. No torch here.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::modeling {

enum class ElementType { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU8, kBool };

// Bytes of one element.
std::int64_t SizeOf(ElementType type);
// Its name in the format, such as "BF16".
const char* NameOf(ElementType type);

struct TensorView {
  ElementType type = ElementType::kF32;
  std::vector<std::int64_t> shape;
  // Row-major, not necessarily aligned; borrowed from the file.
  absl::string_view bytes;
};

using TensorViews = std::map<std::string, TensorView, std::less<>>;

// Bounds on what a header may ask for.
inline constexpr std::int64_t kMaxSafetensorsHeaderBytes = 64 << 20;
inline constexpr std::size_t kMaxSafetensorsTensors = 200'000;
inline constexpr std::size_t kMaxSafetensorsRank = 8;

// The tensors of `content`, a whole file. `file` is named in errors, INVALID_ARGUMENT with
// the field that is wrong.
absl::StatusOr<TensorViews> ParseSafetensors(absl::string_view content, absl::string_view file);

class SafetensorsFile {
 public:
  // NOT_FOUND when the file cannot be read; INVALID_ARGUMENT as above.
  static absl::StatusOr<std::unique_ptr<SafetensorsFile>> Open(const std::filesystem::path& path);
  ~SafetensorsFile();
  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;

  const TensorViews& tensors() const { return tensors_; }
  // The file's name without its folder, for messages.
  const std::string& name() const { return name_; }

 private:
  SafetensorsFile() = default;

  std::string name_;
  void* mapping_ = nullptr;
  std::size_t size_ = 0;
  TensorViews tensors_;
};

// Writes the tensors in the order of their names. INTERNAL when the disk refuses.
absl::Status WriteSafetensors(const std::filesystem::path& path, const TensorViews& tensors);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_CHECKPOINT_SAFETENSORS_H_
