#ifndef CLIENTELE_COMMON_MODELING_ONNX_WIRE_READER_H_
#define CLIENTELE_COMMON_MODELING_ONNX_WIRE_READER_H_

// Walks the fields of a protobuf message without its schema.
//
//   WireReader reader(bytes);
//   while (reader.Next()) {
//     if (reader.field() == 7) ReadGraph(reader.bytes());
//   }
//   if (!reader.ok()) ...   // the bytes are no message
//
// The encoding: https://protobuf.dev/programming-guides/encoding. Groups are not read. The bytes
// are borrowed. Not thread-safe.

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::modeling {

class WireReader {
 public:
  explicit WireReader(absl::string_view message) : rest_(message) {}

  // Moves to the next field; false at the end and at what is no field.
  bool Next();
  bool ok() const { return ok_; }

  std::uint32_t field() const { return field_; }
  // A field of bytes: a string, a message, packed numbers.
  bool is_bytes() const { return is_bytes_; }
  absl::string_view bytes() const { return bytes_; }
  // A number; 0 for bytes. Fixed numbers are given as their bits.
  std::uint64_t number() const { return number_; }

  // The numbers of a repeated field, packed or one by one; at most `limit` in all, then false.
  bool AppendNumbers(std::vector<std::int64_t>& numbers, std::size_t limit) const;

 private:
  bool ReadVarint(std::uint64_t& value);
  bool ReadFixed(std::size_t size);

  absl::string_view rest_;
  bool ok_ = true;
  std::uint32_t field_ = 0;
  bool is_bytes_ = false;
  absl::string_view bytes_;
  std::uint64_t number_ = 0;
};

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ONNX_WIRE_READER_H_
