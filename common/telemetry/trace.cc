#include "common/telemetry/trace.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <sys/random.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace clientele::telemetry {
namespace {

// version "-" trace-id "-" parent-id "-" flags.
constexpr std::size_t kLength = 2 + 1 + 32 + 1 + 16 + 1 + 2;

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

int HexDigit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// Bytes of the system's generator, fetched for many ids at a time. For one thread.
class RandomSupply {
 public:
  std::string Take(std::size_t size) {
    if (supply_.size() - taken_ < size) Fetch();
    taken_ += size;
    return std::string(supply_.data() + taken_ - size, size);
  }

 private:
  void Fetch() {
    std::size_t filled = 0;
    while (filled < supply_.size()) {
      const ssize_t got = getrandom(supply_.data() + filled, supply_.size() - filled, 0);
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    taken_ = 0;
  }

  // As much as getrandom() gives at once without being interrupted.
  std::array<char, 256> supply_{};
  std::size_t taken_ = supply_.size();
};

std::string RandomBytes(std::size_t size) {
  thread_local RandomSupply supply;
  return supply.Take(size);
}

std::string RandomHex(std::size_t bytes) {
  std::string hex;
  do {
    hex = absl::BytesToHexString(RandomBytes(bytes));
  } while (IsZero(hex));
  return hex;
}

}  // namespace

std::optional<TraceContext> ParseTraceparent(absl::string_view header) {
  if (header.size() < kLength || header[2] != '-' || header[35] != '-' || header[52] != '-') {
    return std::nullopt;
  }
  const absl::string_view version = header.substr(0, 2);
  const absl::string_view trace_id = header.substr(3, 32);
  const absl::string_view span_id = header.substr(36, 16);
  const absl::string_view flags = header.substr(53, 2);
  if (!IsLowerHex(version) || version == "ff" || !IsLowerHex(trace_id) || IsZero(trace_id) ||
      !IsLowerHex(span_id) || IsZero(span_id) || !IsLowerHex(flags)) {
    return std::nullopt;
  }
  if (header.size() > kLength && (version == "00" || header[kLength] != '-')) return std::nullopt;
  return TraceContext{std::string(trace_id), std::string(span_id), (HexDigit(flags[1]) & 1) != 0};
}

std::string FormatTraceparent(const TraceContext& trace) {
  if (trace.trace_id.empty() || trace.span_id.empty()) return "";
  return absl::StrCat("00-", trace.trace_id, "-", trace.span_id, trace.sampled ? "-01" : "-00");
}

TraceContext ChildSpan(const TraceContext& parent) {
  return {parent.trace_id, RandomHex(8), parent.sampled};
}

TraceContext NewTrace(bool sampled) { return {RandomHex(16), RandomHex(8), sampled}; }

std::string NewRequestId() {
  std::string bytes = RandomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

}  // namespace clientele::telemetry
