#ifndef CLIENTELE_COMMON_EVALUATION_EXPOSURE_H_
#define CLIENTELE_COMMON_EVALUATION_EXPOSURE_H_

// What lists of recommendations show of a catalog, whether it was right or not.
//
//   CatalogExposure exposure(customers_of_each_item, customers);
//   for (...) exposure.Add(first_ten);      // indices of the items
//   Report(exposure.Coverage(), exposure.Novelty());
//
// Belongs to one thread.

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace clientele::evaluation {

class CatalogExposure {
 public:
  // `customers_of_item`: for each item of the catalog, how many of the `customers` of the training
  // touched it. An item of nobody counts as one of one customer, so that its novelty is finite.
  CatalogExposure(absl::Span<const std::int64_t> customers_of_item, std::int64_t customers);

  // One list; indices beyond the catalog are passed over.
  void Add(absl::Span<const std::int32_t> items);

  // Share of the catalog that stands in at least one list (Ge, Delgado-Battenfeld, Jannach, Beyond
  // accuracy, RecSys 2010); 0 for an empty catalog.
  double Coverage() const;

  // Mean over the lists of the mean over their items of -log2(share of customers who touched it),
  // in bits (Zhou et al., Solving the apparent diversity-accuracy dilemma of recommender systems,
  // PNAS 2010). Empty lists do not count; 0 without any.
  double Novelty() const;

 private:
  std::vector<double> novelty_of_item_;
  std::vector<bool> shown_;
  std::int64_t shown_count_ = 0;
  double novelty_sum_ = 0;
  std::int64_t lists_ = 0;
};

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_EXPOSURE_H_
