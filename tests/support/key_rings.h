#ifndef CLIENTELE_TESTS_SUPPORT_KEY_RINGS_H_
#define CLIENTELE_TESTS_SUPPORT_KEY_RINGS_H_

// A data key ring before, during and after a rotation.

#include "absl/strings/str_cat.h"

#include "common/crypto/cipher.h"

namespace clientele::testing {

// Keys that any test may know.
inline constexpr char kOldKey[] = "old:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
inline constexpr char kNewKey[] = "new:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n";

inline crypto::Cipher OldRing() { return *crypto::Cipher::FromKeyRing(kOldKey); }
inline crypto::Cipher RotatedRing() {
  return *crypto::Cipher::FromKeyRing(absl::StrCat(kNewKey, kOldKey));
}
// Reads nothing that is still under the old key.
inline crypto::Cipher NewRing() { return *crypto::Cipher::FromKeyRing(kNewKey); }

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_KEY_RINGS_H_
