"""The projection: a whitening learnt from pictures and their copies."""

import numpy as np

from network import DIMENSION

# Share of the mean within-copy variance that is added to each direction: few pictures estimate small ones badly.
SHRINKAGE = 0.3


def learn_whitening(originals: np.ndarray, copies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[N, D] twice -> mean [D] and projection [D, DIMENSION] of about unit output.

    What differs between a picture and its copy is scaled down; of the rest the DIMENSION widest directions stay.
    Mikolajczyk, Matas: Improving descriptors for fast tree matching by optimal linear projection (ICCV 2007).
    """
    width = originals.shape[1]
    differences = copies - originals
    within = differences.T @ differences / len(differences)
    within += SHRINKAGE * np.trace(within) / width * np.eye(width)
    values, vectors = np.linalg.eigh(within)
    whitening = vectors / np.sqrt(values)
    everything = np.concatenate([originals, copies])
    mean = everything.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(((everything - mean) @ whitening).T))
    projection = whitening @ axes[:, ::-1][:, :DIMENSION]
    return mean, projection / np.linalg.norm((originals - mean) @ projection, axis=1).mean()
