# networkx without numpy: paths, centrality, communities, flows, drawing formats.
import warnings

warnings.simplefilter('ignore')
import networkx as nx

club = nx.karate_club_graph()
print(nx.shortest_path(club, 0, 33), round(nx.average_clustering(club), 6), nx.diameter(club), nx.is_connected(club))
print(sorted(nx.betweenness_centrality(club).items(), key=lambda item: -item[1])[:3])
print([sorted(community) for community in nx.community.greedy_modularity_communities(club)])
directed = nx.DiGraph([(1, 2), (2, 3), (1, 3)])
print(list(nx.topological_sort(directed)), nx.is_directed_acyclic_graph(directed), nx.to_dict_of_lists(directed))
print(list(nx.simple_cycles(nx.DiGraph([(1, 2), (2, 1), (2, 3)]))))
print(nx.maximum_flow(nx.DiGraph([(0, 1, {'capacity': 3}), (1, 2, {'capacity': 2}), (0, 2, {'capacity': 1})]), 0, 2))
print(sorted(nx.minimum_spanning_edges(nx.Graph([(0, 1, {'weight': 3}), (1, 2, {'weight': 1}), (0, 2, {'weight': 1})]), data=False)))
print(nx.is_isomorphic(nx.path_graph(4), nx.relabel_nodes(nx.path_graph(4), str)))
print('\n'.join(nx.generate_gml(directed)), '\n'.join(nx.generate_edgelist(directed)), '\n'.join(nx.generate_graphml(directed)))
print(list(nx.bfs_edges(club, 0))[:10], list(nx.dfs_preorder_nodes(club, 0))[:10], nx.greedy_color(nx.cycle_graph(5)))
print(nx.gnp_random_graph(10, 0.4, seed=5).edges, nx.tree.maximum_branching(directed).edges, nx.dijkstra_path_length(club, 0, 16))
try:
    nx.shortest_path(nx.Graph([(1, 2), (3, 4)]), 1, 4)
except nx.NetworkXNoPath as error:
    print(error)
