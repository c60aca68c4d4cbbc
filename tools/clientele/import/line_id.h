#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_LINE_ID_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_LINE_ID_H_

// Names for lines that carry no id of their own, so that importing a file twice
// changes nothing while equal lines within it each count.
//
//   LineIds ids("orders.csv");
//   const LineId id = ids.Next(fields);   // id.text, id.ordinal
//
// The id is a hash of the source's name, all fields and the ordinal among equal
// lines. Memory: about 24 bytes for each different line. Not thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace clientele::cli {

struct LineId {
  std::string text;     // 32 lower-case hexadecimal digits
  int64_t ordinal = 0;  // 0 for the first of equal lines
};

class LineIds {
 public:
  explicit LineIds(std::string source) : source_(std::move(source)) {}

  LineId Next(const std::vector<std::string>& fields);

 private:
  struct Key {
    uint64_t high, low;
    bool operator==(const Key&) const = default;
    template <class H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.high, key.low);
    }
  };

  const std::string source_;
  absl::flat_hash_map<Key, uint32_t> seen_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_LINE_ID_H_
