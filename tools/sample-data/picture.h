#ifndef CLIENTELE_TOOLS_SAMPLE_DATA_PICTURE_H_
#define CLIENTELE_TOOLS_SAMPLE_DATA_PICTURE_H_

// A drawn picture of a product: the background's tint is the category's, the
// shape the kind's, the color the item's and the pattern the style's.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/sample-data/company.h"

namespace clientele::sample {

inline constexpr int kPictureSide = 96;  // pixels

// A PNG of kPictureSide x kPictureSide pixels, 8-bit RGB. Thread-safe. The pixels
// are the same everywhere; the bytes depend on the installed zlib. INTERNAL when
// the encoder fails.
absl::StatusOr<std::vector<uint8_t>> DrawPng(const Item& item);

}  // namespace clientele::sample

#endif  // CLIENTELE_TOOLS_SAMPLE_DATA_PICTURE_H_
