#ifndef CLIENTELE_TESTS_BENCH_GROWTH_SEGMENTS_SEGMENT_COMPANY_H_
#define CLIENTELE_TESTS_BENCH_GROWTH_SEGMENTS_SEGMENT_COMPANY_H_

#include <string>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"

namespace clientele::profile {

// Fills an empty schema with customers of ids in no order, encrypted attributes, 1 to 15 events
// each over two years in 40 categories, and their sums; and with `segments` segments that count as
// filled. The same for the same numbers.
void MakeSegmentCompany(postgres::ConnectionPool& pool, const crypto::Cipher& cipher, int customers,
                        int segments);

// The id of the i-th customer.
std::string SegmentCustomerId(int i);

// Runs one statement that may take long; throws where it fails.
postgres::Result RunLong(postgres::ConnectionPool& pool, const postgres::Statement& statement,
                         const std::vector<postgres::Value>& params = {}, bool keep = true);

}  // namespace clientele::profile

#endif  // CLIENTELE_TESTS_BENCH_GROWTH_SEGMENTS_SEGMENT_COMPANY_H_
