#include "services/recommend-service/training/click_families.h"

#include <utility>

#include "common/training/seeds.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kManyRows = 60'000;

}  // namespace

std::vector<std::unique_ptr<training::TableFamily>> ClickFamilies(const ClickFamilyOptions& options,
                                                                  std::size_t rows) {
  training::FieldNetworkOptions network;
  network.members = options.members > 0 ? options.members : rows < kManyRows ? 4 : 2;
  network.seed = training::DeriveSeed(options.seed, 1);
  auto deep_fm = training::MakeNetworkFamily(network);
  auto trees = training::MakeTreeFamily(training::DeriveSeed(options.seed, 2), options.threads);
  std::vector<std::unique_ptr<training::TableFamily>> families;
  if (options.algorithm == ClickAlgorithm::kBlend) {
    families.push_back(training::MakeLogisticFamily());
  }
  if (options.algorithm != ClickAlgorithm::kTrees) families.push_back(std::move(deep_fm));
  if (options.algorithm != ClickAlgorithm::kDeepFm) families.push_back(std::move(trees));
  return families;
}

}  // namespace clientele::recommend
