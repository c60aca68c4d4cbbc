#include "common/modeling/onnx/wire_reader.h"

namespace clientele::modeling {
namespace {

enum WireType : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

constexpr std::uint32_t kMaxField = (1u << 29) - 1;

}  // namespace

bool WireReader::ReadVarint(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return false;
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool WireReader::ReadFixed(std::size_t size) {
  if (rest_.size() < size) return false;
  for (std::size_t i = 0; i < size; ++i) {
    number_ |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(rest_[i])) << (8 * i);
  }
  rest_.remove_prefix(size);
  return true;
}

bool WireReader::Next() {
  if (!ok_ || rest_.empty()) return false;
  is_bytes_ = false;
  bytes_ = {};
  number_ = 0;
  std::uint64_t key = 0;
  ok_ = ReadVarint(key) && key >> 3 >= 1 && key >> 3 <= kMaxField;
  if (!ok_) return false;
  field_ = static_cast<std::uint32_t>(key >> 3);
  switch (key & 7) {
    case kVarint:
      ok_ = ReadVarint(number_);
      break;
    case kFixed64:
      ok_ = ReadFixed(8);
      break;
    case kFixed32:
      ok_ = ReadFixed(4);
      break;
    case kBytes: {
      std::uint64_t size = 0;
      ok_ = ReadVarint(size) && size <= rest_.size();
      if (!ok_) break;
      is_bytes_ = true;
      bytes_ = rest_.substr(0, size);
      rest_.remove_prefix(size);
      break;
    }
    default:
      ok_ = false;
  }
  return ok_;
}

bool WireReader::AppendNumbers(std::vector<std::int64_t>& numbers, std::size_t limit) const {
  if (!is_bytes_) {
    if (numbers.size() >= limit) return false;
    numbers.push_back(static_cast<std::int64_t>(number_));
    return true;
  }
  WireReader packed(bytes_);
  while (!packed.rest_.empty()) {
    std::uint64_t value = 0;
    if (numbers.size() >= limit || !packed.ReadVarint(value)) return false;
    numbers.push_back(static_cast<std::int64_t>(value));
  }
  return true;
}

}  // namespace clientele::modeling
