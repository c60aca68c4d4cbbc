#include "tools/clientele/import/line_id.h"

#include <cstring>

#include "absl/strings/str_cat.h"

#include "common/crypto/digest.h"

namespace clientele::cli {

LineId LineIds::Next(const std::vector<std::string>& fields) {
  // Lengths before the bytes: ("a", "bc") and ("ab", "c") are different lines.
  std::string line = absl::StrCat(source_.size(), ":", source_);
  for (const std::string& field : fields) absl::StrAppend(&line, field.size(), ":", field);
  const std::string digest = crypto::Sha256(line);
  Key key;
  std::memcpy(&key.high, digest.data(), sizeof(key.high));
  std::memcpy(&key.low, digest.data() + sizeof(key.high), sizeof(key.low));
  LineId id;
  id.ordinal = seen_[key]++;
  id.text = crypto::Sha256Hex(absl::StrCat(digest, id.ordinal)).substr(0, 32);
  return id;
}

}  // namespace clientele::cli
