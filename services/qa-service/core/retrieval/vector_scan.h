#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_VECTOR_SCAN_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_VECTOR_SCAN_H_

// The rows of a language's segments that are nearest to question vectors: one read of
// the vectors for all of them together, without packing the matrix.
//
//   const std::vector<VectorHits> hits = ScanVectors(segments, {&query});
//   hits[0].rows[s][kPassageField]   // the best rows of segment s, best first
//
// Pure function, thread-safe.

#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

#include "services/qa-service/core/retrieval/index_segment.h"

namespace clientele::qa {

struct VectorQuery {
  absl::Span<const float> vector;
  std::int64_t count = 32;  // living rows of each field of each segment
};

struct VectorHits {
  // By segment, then by field; nothing where the segment has another dimension.
  std::vector<std::array<std::vector<std::uint32_t>, kIndexFields>> rows;
};

std::vector<VectorHits> ScanVectors(absl::Span<const LiveSegment> segments,
                                    absl::Span<const VectorQuery* const> queries);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_VECTOR_SCAN_H_
